"""Notes of the desk: who took a demand, who looks at it, whom to call back (`docs/parts.md` 36). No version moves with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from hub.record.access.predicate import NOW
from hub.record.access.session import ReadSession
from hub.record.desk.sight import is_readable
from hub.record.tables import desk_note
from hub.record.tables.base import EVER


class NoteKind(StrEnum):
    """TAKEN: an account works on the demand. LOOK: it has the page open. CALL: somebody is to be called back. HAND_OVER: a note
    for the next shift. QUESTION: one that waits for its answer. RANK: the place on the waiting list. FILTER: a saved filter.
    CEILING: a case manager may follow more persons than the territory says."""

    TAKEN = "taken"
    LOOK = "look"
    CALL = "call"
    HAND_OVER = "hand-over"
    QUESTION = "question"
    RANK = "rank"
    FILTER = "filter"
    CEILING = "ceiling"


@dataclass(frozen=True)
class DeskNote:
    """A note. `subject`: `Task/<id>`, or what else it is about. `account`: who wrote it. `until`: when it ended or ends, `EVER`
    while that is open. Times in microseconds."""

    note_id: str
    kind: NoteKind
    subject: str
    account: str
    at: int
    until: int
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int | None:
        """When it ended or ends; None while that is open."""
        return None if self.until == EVER else self.until


@dataclass(frozen=True)
class NewNote:
    """The values of a note to add. `person`: the rid of whom it is about, 0 for nobody. `own`: for its account alone."""

    kind: NoteKind
    subject: str = ""
    person: int = 0
    own: bool = False
    until: int = EVER
    content: Mapping[str, Any] = field(default_factory=dict)


def list_notes(
    session: ReadSession, kinds: Collection[NoteKind], subjects: Collection[str] | None = None, *, ended: bool = False
) -> list[DeskNote]:
    """Return the notes of `kinds` that the actor reads, about `subjects` if given, the oldest first; with `ended` those that have
    ended too."""
    statement = select(desk_note).where(desk_note.c.kind.in_(kinds), is_readable(desk_note))
    if subjects is not None:
        statement = statement.where(desk_note.c.subject.in_(sorted(subjects)))
    if not ended:
        statement = statement.where(desk_note.c.until > NOW)
    rows = session.connection.execute(statement.order_by(desk_note.c.at, desk_note.c.note_id), session.params)
    return [
        DeskNote(row.note_id, NoteKind(row.kind), row.subject, row.account, row.at, row.until, json.loads(row.content))
        for row in rows
    ]


def add_note(session: ReadSession, note_id: str, note: NewNote, *, account: str = "") -> DeskNote:
    """Add a note of the actor, in its transaction; in the name of another `account` of its organisation, if one is given."""
    actor, writer = session.actor, account or session.actor.account
    session.connection.execute(
        insert(desk_note).values(
            note_id=note_id, kind=note.kind, subject=note.subject, person=note.person, party=actor.party,
            account=writer, own=note.own, at=session.now, until=note.until,
            content=json.dumps(dict(note.content), ensure_ascii=False),
        )
    )  # fmt: skip
    return DeskNote(note_id, note.kind, note.subject, writer, session.now, note.until, note.content)


def end_notes(connection: Connection, note_ids: Collection[str], at: int) -> None:
    """End notes at `at`; those that have ended keep their end."""
    ended = update(desk_note).where(desk_note.c.note_id.in_(sorted(note_ids)), desk_note.c.until > at)
    connection.execute(ended.values(until=at))


def extend_note(connection: Connection, note_id: str, until: int) -> None:
    """Let a note last until `until`."""
    connection.execute(update(desk_note).where(desk_note.c.note_id == note_id).values(until=until))
