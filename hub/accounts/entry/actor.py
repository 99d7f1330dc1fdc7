"""The actor of a session: the account in its acting context, one organisation and one role (`docs/parts.md` 31; LG-3).

A person acts as her Patient, a relative or a representative as the RelatedPerson or, for an association, as the Organization of
the context. All that the record shows follows from this actor, and only from it.
"""

from __future__ import annotations

from typing import Final

from hub.domain.actor import Actor
from hub.domain.errors import Refused
from hub.record.accounts.sessions import Session

# People act with all rights of their role: no OAuth scope limits them.
_SCOPES: Final = ("system/*.cruds",)


def build_actor(session: Session) -> Actor:
    """Return the actor of a session. Raises Refused `context-needed` while no acting context is chosen."""
    if not session.party:
        raise Refused("context-needed")
    return Actor(session.party, session.role, session.account_id, _SCOPES, session.sid, account=session.account_id)
