"""The answer that a sender got, for a sender that asks again (`docs/contract.md` §5).

It comes from the inbox alone. Nothing of the record is read: the answer about a person who is followed is the answer about any.
"""

from __future__ import annotations

from sqlalchemy import case, select

from hub.domain.actor import Actor
from hub.domain.errors import Invalid, NotFound
from hub.record.access.predicate import AccessContext
from hub.record.admission.inbox import DEAD, REPEATED, StoredAnswer
from hub.record.audit.trace import TraceEntry, note_reading
from hub.record.db.store import Store
from hub.record.tables.inbox import message

SEVERAL = "message-several"


def find_answer(store: Store, actor: Actor, source: str, number: str, application: str = "") -> StoredAnswer:
    """Return the answer to the message of the actor's organisation that has this number, first to one that was accepted.

    `application`: of the one of this application, where several number alike.
    Raises NotFound where there is none, or it was not answered yet; Invalid `message-several` where several applications of the
    organisation have one."""
    query = (
        select(message.c.application, message.c.answer, message.c.answer_type, message.c.task, message.c.received)
        .where(message.c.source == source, message.c.party == actor.party, message.c.number == number)
        .where(message.c.state != REPEATED, message.c.answer.is_not(None))
        .order_by(case((message.c.state == DEAD, 1), else_=0), message.c.received.desc(), message.c.mid)
    )
    if application:
        query = query.where(message.c.application == application)
    with store.read() as connection:
        rows = connection.execute(query).all() if number else []
    note_reading(store, AccessContext(actor, store.now()), TraceEntry("read", "Message", (), "" if rows else "Message"))
    if not rows:
        raise NotFound
    if len({row.application for row in rows}) > 1:
        raise Invalid(SEVERAL, where="application")
    return StoredAnswer(rows[0].answer, rows[0].answer_type or "", rows[0].task or "")
