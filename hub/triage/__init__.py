"""From any demand to a decision: what the pages of the desk ask, beside the pages themselves (`docs/triage.md`).

Pure functions (`queue`, `working_time`, `completeness`, `criteria`), and services on top of the record opened for one actor.
No HTTP and no SQL is here.
"""
