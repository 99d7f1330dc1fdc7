"""Row-level security of PostgreSQL, as the role `hub_reader` that owns nothing (`docs/grants.md`; `docs/security.md` §4.6).

It protects against a statement that lacks the predicate `visible()`: under `hub_reader`, a row of a part or of an index exists
only for a party in a role, or an account, with a grant that is valid now and reaches the row's places, and only of a person who
does not mask the account. Domains, stakes and withheld resources are left to the predicate. Without an actor there are no rows.
The policies are in `migrations/versions/v0014_account_holders.py`.
"""

from __future__ import annotations

from typing import Any

from hub.record.access.session import ReadSession
from hub.record.db.limits import LONGEST_READING, compute_patience

_SETTINGS = ("hub.holder", "hub.now", "hub.party", "hub.account", "hub.account_holder", "hub.account_party")
_ENTER = ", ".join(
    ["SELECT set_config('role', 'hub_reader', true)"]
    + [f"set_config('{name}', %s, true)" for name in (*_SETTINGS, "statement_timeout")]
)
_NAMES = [name.removeprefix("hub.") for name in _SETTINGS]


def set_rls_context(session: ReadSession, seconds: int = LONGEST_READING) -> None:
    """Set the PostgreSQL role and the actor of `session` for each statement of its transaction, as part of the same pipeline, and
    for how many `seconds` a statement may run."""
    connection: Any = session.connection.connection.dbapi_connection
    bound = [None if value is None else str(value) for value in (session.params[name] for name in _NAMES)]
    connection.use_context(_ENTER, [*bound, f"{seconds}s"], compute_patience(seconds))
