"""Row-level security of PostgreSQL, as the role `hub_reader` that owns nothing (`docs/grants.md`; `docs/security.md` §4.6).

It protects against a statement that lacks the predicate `visible()`: under `hub_reader`, a row of a part or of an index exists
only for a holder with a grant that is valid now and reaches the row's places. Domains, stakes and withheld resources are left
to the predicate. Without an actor there are no rows. The policies are in `migrations/frozen_row_level_security.py`.
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
