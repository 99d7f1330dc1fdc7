"""The seal key of a record is the one that seals the master key of its accounts; another one stops the start."""

from __future__ import annotations

from hub.domain.errors import Invalid
from hub.record.accounts.vault import has_other_key
from hub.record.db.store import Store
from hub.record.maintenance.health import DATABASE_ERRORS, open_probe


def refuse_other_key(store: Store) -> None:
    """Raise Invalid `ready-seal-key-other` when the record was made with another seal key: its version ids and secrets would
    all be wrong. Returns when the database does not answer or has no tables, which other checks report."""
    try:
        with open_probe(store) as connection:
            is_other = has_other_key(connection, store.seal_keys)
    except DATABASE_ERRORS:
        return
    if is_other:
        raise Invalid("ready-seal-key-other", where="HUB_SEAL_KEY")
