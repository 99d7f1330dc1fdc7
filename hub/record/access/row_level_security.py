"""The second wall, on PostgreSQL: row-level security under a role that owns nothing (`docs/grants.md`; `docs/security.md` §4.6).

It stands behind `visible()` and stops a statement that forgot it: as `hub_reader`, a row of a part or of an index is there only
for a holder with a grant that is valid now and reaches the row's places. Domains, stakes and what is withheld are left to
the first wall. Without an actor nothing is there. The policies are in `migrations/frozen_row_level_security.py`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, String, bindparam, text

from hub.record.access.session import ReadSession

_ENTER = text(
    "SELECT set_config('role', 'hub_reader', true), set_config('hub.holder', CAST(:holder AS text), true), "
    "set_config('hub.now', CAST(:now AS text), true), set_config('hub.party', :party, true)"
).bindparams(
    bindparam("holder", type_=BigInteger), bindparam("now", type_=BigInteger), bindparam("party", type_=String)
)


def set_rls_context(session: ReadSession) -> None:
    """Set the PostgreSQL role and the actor of `session` for the rest of its transaction."""
    bound = session.params
    session.connection.execute(_ENTER, {name: bound[name] for name in ("holder", "now", "party")})
