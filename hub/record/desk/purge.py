"""Delete the desk's notes at their term (`docs/parts.md` 36). Decisions stay: they say why a demand was answered as it was."""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from hub.record.db.store import Store
from hub.record.desk.decisions import State
from hub.record.desk.notes import NoteKind
from hub.record.tables import desk_decision, desk_note


def purge_notes(store: Store, before: int) -> int:
    """Delete the notes that ended before a moment, and those about demands that were decided before it. A place on the waiting
    list, a saved filter and a raised ceiling last until they end. Return how many were deleted."""
    decided = select(desk_decision.c.task).where(
        desk_decision.c.state == State.TOLD, desk_decision.c.kind != "demander", desk_decision.c.moved < before
    )
    lasting = (NoteKind.RANK, NoteKind.FILTER, NoteKind.CEILING)
    old = delete(desk_note).where(
        or_(desk_note.c.until < before, desk_note.c.kind.not_in(lasting) & desk_note.c.subject.in_(decided))
    )
    with store.write() as connection:
        return connection.execute(old).rowcount or 0
