"""The actor of a session: the account in its acting context, one organisation and one role (`docs/parts.md` 31; LG-3).

A person acts as her Patient, a relative or a representative as the RelatedPerson or, for an association, as the Organization of
the context. All that the record shows follows from this actor, and only from it.
"""

from __future__ import annotations

from typing import Final

from hub.domain.actor import Actor
from hub.domain.errors import NotFound, Refused
from hub.record.accounts.assignments import list_assignments
from hub.record.accounts.people import get_account, list_barred
from hub.record.accounts.sessions import Session
from hub.record.db.store import Store

# People act with all rights of their role: no OAuth scope limits them.
_SCOPES: Final = ("system/*.cruds",)


def build_actor(session: Session) -> Actor:
    """Return the actor of a session. Raises Refused `context-needed` while no acting context is chosen."""
    if not session.party:
        raise Refused("context-needed")
    return Actor(session.party, session.role, session.account_id, _SCOPES, session.sid, account=session.account_id)


def build_account_actor(store: Store, account_id: str, party: str, role: str) -> Actor | None:
    """Return the actor of an account in one of its contexts, without a session: for what it decided before. None when the account
    is closed, or may not act so any more."""
    now = store.now()
    with store.read() as connection:
        try:
            is_active = get_account(connection, account_id).active
        except NotFound:
            return None
        contexts = list_assignments(connection, [account_id], now)
        barred = list_barred(connection, account_id)
    acts = any(
        (context.party, context.role) == (party, role) and context.confirmed is not None and context.since <= now
        for context in contexts
    )
    return (
        Actor(party, role, account_id, _SCOPES, account=account_id)
        if is_active and acts and role not in barred
        else None
    )
