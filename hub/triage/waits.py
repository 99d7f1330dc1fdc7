"""What a demand waits for, and waited for: its questions, with the times in which the desk's clock stood (`docs/loop.md` T17)."""

from __future__ import annotations

from collections.abc import Collection

from hub.record.desk.notes import NoteKind
from hub.record.repository.desk import DeskRecord
from hub.triage.queue import Answerer, Wait


def load_waits(record: DeskRecord, tasks: Collection[str]) -> dict[str, tuple[Wait, ...]]:
    """Return the questions of the desk about each of `tasks`, answered ones too, the oldest first. One statement."""
    waits: dict[str, tuple[Wait, ...]] = dict.fromkeys(tasks, ())
    for note in record.list_notes([NoteKind.QUESTION], tasks, ended=True):
        waits[note.subject] = (*waits[note.subject], Wait(Answerer(note.content["by"]), note.at, note.end))
    return waits
