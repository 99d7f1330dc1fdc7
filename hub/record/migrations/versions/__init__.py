"""The versions of the record's schema, in order. A released version is never changed.

A version imports nothing of the hub, whose code goes on changing, except a `frozen_*` module of `hub.record.migrations`: a
database made today must be the same as one that was migrated from the first version.

There are no downgrades. Going back would drop tables and columns together with what was recorded in them since, and the
record must lose nothing that it acknowledged. To return to an earlier release, restore the backup made before the upgrade.
"""
