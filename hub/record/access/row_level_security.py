"""Row-level security of PostgreSQL, as the role `hub_reader` that owns nothing (`docs/grants.md`; `docs/security.md` §4.6).

It protects against a statement that lacks the predicate `visible()`: under `hub_reader`, a row of a part or of an index exists
only for a party in a role, or an account, with a grant that is valid now and reaches the row's places, and only of a person who
does not mask the account. Domains, stakes and withheld resources are left to the predicate. Without an actor there are no rows.
The policies are in `migrations/versions/v0014_account_holders.py`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, String, bindparam, text

from hub.record.access.session import ReadSession

_ENTER = text(
    "SELECT set_config('role', 'hub_reader', true), set_config('hub.holder', CAST(:holder AS text), true), "
    "set_config('hub.now', CAST(:now AS text), true), set_config('hub.party', :party, true), "
    "set_config('hub.account', CAST(:account AS text), true), "
    "set_config('hub.account_holder', CAST(:account_holder AS text), true), "
    "set_config('hub.account_party', CAST(:account_party AS text), true)"
).bindparams(
    *(bindparam(name, type_=BigInteger) for name in ("holder", "now", "account_holder")),
    *(bindparam(name, type_=String) for name in ("party", "account", "account_party")),
)
_NAMES = ("holder", "now", "party", "account", "account_holder", "account_party")


def set_rls_context(session: ReadSession) -> None:
    """Set the PostgreSQL role and the actor of `session` for the rest of its transaction."""
    bound = session.params
    session.connection.execute(_ENTER, {name: bound[name] for name in _NAMES})
