"""What became of a message: its sender asks again by its own number of it."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.adapter import ReceivedMessage, Result
from hub.domain.actor import Actor
from hub.intake.answer import Answer
from hub.intake.sources import find_source
from hub.record.admission.answers import find_answer
from hub.record.db.store import Store


def ask_again(store: Store, actor: Actor, source: str, number: str, application: str = "") -> Answer:
    """Return the answer that the message `number` of this source got, byte for byte; for a row of a table, its result.

    Raises as `find_source` and `find_answer` do."""
    entrance = find_source(actor, source)
    answer = find_answer(store, actor, source, number, application)
    if entrance.adapter.holds_rows and not answer.body:
        row = ReceivedMessage(number, datetime.fromtimestamp(0, UTC), entrance.adapter.media_types[0], b"")
        reply = entrance.adapter.answer(row, [Result(answer.task)])
        return Answer(200, reply.body, reply.media_type)
    return Answer(200, answer.body, answer.media_type)
