"""The ceiling of one case manager, raised until a day with a reason (`docs/triage.md`). No person is named."""

from __future__ import annotations

from hub.domain.errors import Invalid
from hub.record.desk.notes import DeskNote, NewNote, NoteKind
from hub.record.repository.desk import DeskRecord


def raise_ceiling(record: DeskRecord, manager: str, ceiling: int, *, until: int, reason: str) -> DeskNote:
    """Let a case manager (a Practitioner) follow `ceiling` persons until a moment. Invalid `decision-rank` without a reason."""
    if not reason.strip() or ceiling < 1:
        raise Invalid("decision-rank", where="motif")
    note = NewNote(NoteKind.CEILING, manager, until=until, content={"ceiling": ceiling, "reason": reason})
    return record.add_note(note)


def list_raised(record: DeskRecord) -> list[DeskNote]:
    """Return the ceilings that are raised now."""
    return record.list_notes([NoteKind.CEILING])
