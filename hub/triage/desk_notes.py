"""What the desk notes for itself while it works: take, look, hand over, call back, the note of a shift, saved filters.

« Je prends » is no T3: no Task moves, and nobody but the desk sees it (`docs/parts.md` 36).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hub.domain.desk.opening_hours import DeskTerms
from hub.domain.errors import NotFound
from hub.domain.territory import load_territory
from hub.record.db.store import Store
from hub.record.desk.notes import DeskNote, NewNote, NoteKind
from hub.record.repository.desk import DeskRecord

MINUTE = 60_000_000
SECOND = 1_000_000
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True)
class Presence:
    """Who works on a demand, by account: `taken_by`, "" for nobody; `watchers`, who has its page open, in the order in which they
    came."""

    taken_by: str
    watchers: tuple[str, ...]


def take(store: Store, record: DeskRecord, task: str) -> DeskNote:
    """Take a demand. Raises Conflict `demand-taken` while a colleague has it, who used it within the term."""
    return record.keep_note(NewNote(NoteKind.TAKEN, task, until=_find_end(store)), alone=True)


def look(store: Store, record: DeskRecord, task: str) -> None:
    """Note that the demand's page is open, and that who took it still works on it."""
    terms = _load_terms()
    record.keep_note(NewNote(NoteKind.LOOK, task, until=store.now() + terms.look_seconds * SECOND), alone=False)
    if any(note.account == record.actor.account for note in record.list_notes([NoteKind.TAKEN], [task])):
        take(store, record, task)


def give_back(record: DeskRecord, task: str) -> None:
    """Let go of a demand that one took."""
    own = [note for note in record.list_notes([NoteKind.TAKEN], [task]) if note.account == record.actor.account]
    record.end_notes(own)


def pass_on(store: Store, record: DeskRecord, task: str, account: str) -> DeskNote:
    """Hand a demand over to a colleague (an account). Raises Conflict `demand-colleague` for one who is none of the desk."""
    return record.hand_over(NewNote(NoteKind.TAKEN, task, until=_find_end(store)), account)


def list_presence(record: DeskRecord, tasks: Collection[str]) -> dict[str, Presence]:
    """Return who works on each of `tasks`, the reader's own look left out. One statement."""
    notes = record.list_notes([NoteKind.TAKEN, NoteKind.LOOK], tasks)
    presence: dict[str, Presence] = {}
    for task in tasks:
        about = [note for note in notes if note.subject == task]
        holders = [note.account for note in about if note.kind is NoteKind.TAKEN]
        watchers = [n.account for n in about if n.kind is NoteKind.LOOK and n.account != record.actor.account]
        presence[task] = Presence(holders[0] if holders else "", tuple(watchers))
    return presence


def add_call(record: DeskRecord, task: str, *, whom: str, phone: str, may_leave_message: bool) -> DeskNote:
    """Put a demand on the list of calls."""
    content = {"whom": whom, "phone": phone, "may_leave_message": may_leave_message, "tries": []}
    return record.add_note(NewNote(NoteKind.CALL, task, content=content))


def note_try(record: DeskRecord, call: DeskNote, at: int) -> DeskNote:
    """Note that a call was tried at `at` and did not reach its person."""
    content = {**call.content, "tries": [*call.content["tries"], at]}
    return record.replace_note(call, NewNote(NoteKind.CALL, call.subject, content=content))


def end_call(record: DeskRecord, call: DeskNote) -> None:
    """Take a call off the list."""
    record.end_notes([call])


def list_calls(record: DeskRecord) -> list[DeskNote]:
    """Return the calls to make, the oldest first."""
    return record.list_notes([NoteKind.CALL])


def hand_over_shift(store: Store, record: DeskRecord, text: str) -> DeskNote:
    """Leave a note for the next shift."""
    until = store.now() + _load_terms().note_days * DAY
    return record.add_note(NewNote(NoteKind.HAND_OVER, until=until, content={"text": text}))


def list_shift_notes(record: DeskRecord) -> list[DeskNote]:
    """Return the notes of former shifts, the oldest first."""
    return record.list_notes([NoteKind.HAND_OVER])


def save_filter(record: DeskRecord, name: str, query: str) -> DeskNote:
    """Save a filter of the queue under a name, for oneself; one of the same name is replaced. `query`: of the address, without
    names of people (`docs/parts.md` 41)."""
    same = [note for note in list_filters(record) if note.subject == name]
    note = NewNote(NoteKind.FILTER, name, own=True, content={"query": query})
    return record.replace_note(same[0], note) if same else record.add_note(note)


def list_filters(record: DeskRecord) -> list[DeskNote]:
    """Return the saved filters of the account."""
    return record.list_notes([NoteKind.FILTER])


def delete_filter(record: DeskRecord, name: str) -> None:
    """Forget a saved filter. Raises NotFound."""
    same = [note for note in list_filters(record) if note.subject == name]
    if not same:
        raise NotFound
    record.end_notes(same)


def _find_end(store: Store) -> int:
    return store.now() + _load_terms().taken_minutes * MINUTE


def _load_terms() -> DeskTerms:
    return load_territory().desk
