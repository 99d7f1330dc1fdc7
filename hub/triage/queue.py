"""The files of the queue: which one each demand is in, and in which order they are listed (`docs/triage.md`). Pure.

A demand is in one file, the first that fits: decided, asked again, waiting, incomplete, perhaps a duplicate, to triage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from hub.domain.desk.opening_hours import DeskTerms
from hub.triage.working_time import HOUR, Pause, TimeLeft, WorkCalendar

_UNDECIDED = frozenset({"draft", "requested", "received"})
_URGENT = frozenset({"urgent", "asap", "stat"})


class QueueFile(StrEnum):
    """A file of the queue, by its code (`docs/contract.md`), in the order of the tabs."""

    TO_TRIAGE = "a-trier"
    DUPLICATE = "doublon"
    INCOMPLETE = "a-completer"
    WAITING = "en-attente"
    ASKED_AGAIN = "relancees"
    DECIDED = "decidees"


class Answerer(StrEnum):
    """Who must answer a question of the desk."""

    SENDER = "sender"
    PARTNER = "partner"
    PERSON = "person"


@dataclass(frozen=True)
class Wait:
    """A question that was put: by whom it is to be answered, when it was asked, and when it was answered (None: not yet)."""

    by: Answerer
    since: int
    until: int | None = None


@dataclass(frozen=True)
class Demand:
    """What the queue knows of a demand, as its reader sees it.

    `task`: `Task/<id>`. `received`: when it arrived. `status`, `priority`: of the Task. `is_held`: a decision waits to be told.
    `waits`: the questions that were put about it. `needed`: the facts that are missing and without which nobody can decide.
    `has_candidates`: somebody else may be the same person, and nobody has said yet whether it is so.
    """

    task: str
    received: int
    status: str
    priority: str = "routine"
    is_held: bool = False
    waits: tuple[Wait, ...] = ()
    needed: tuple[str, ...] = ()
    has_candidates: bool = False

    @property
    def is_decided(self) -> bool:
        return self.is_held or self.status not in _UNDECIDED

    @property
    def is_urgent(self) -> bool:
        return self.priority in _URGENT


@dataclass(frozen=True)
class QueueRow:
    """A demand in its file. `time_left`: until it is to be decided."""

    demand: Demand
    file: QueueFile
    time_left: TimeLeft


def choose_file(demand: Demand, now: int, calendar: WorkCalendar, terms: DeskTerms) -> QueueFile:
    """Return the file that a demand is in, the first that fits."""
    waits = [wait for wait in demand.waits if wait.until is None]
    grace = terms.reminder_hours * HOUR
    fits = (
        (QueueFile.DECIDED, demand.is_decided),
        (QueueFile.ASKED_AGAIN, any(calendar.add(wait.since, grace) <= now for wait in waits)),
        (QueueFile.WAITING, any(wait.by is not Answerer.SENDER for wait in waits)),
        (QueueFile.INCOMPLETE, bool(waits or demand.needed)),
        (QueueFile.DUPLICATE, demand.has_candidates),
    )
    return next((file for file, is_fit in fits if is_fit), QueueFile.TO_TRIAGE)


def find_time_left(demand: Demand, now: int, calendar: WorkCalendar, terms: DeskTerms) -> TimeLeft:
    """Return the time that is left to decide. The clock stands while a question has no answer."""
    term = terms.urgent_hours if demand.is_urgent else terms.decision_hours
    pauses = [Pause(wait.since, wait.until) for wait in demand.waits]
    return calendar.find_time_left(demand.received, term * HOUR, pauses, now)


def sort_queue(demands: Iterable[Demand], now: int, calendar: WorkCalendar, terms: DeskTerms) -> list[QueueRow]:
    """Return the demands with their files, by the time that is left, then as they arrived. Equal ones are in the order of ids."""
    rows = [QueueRow(d, choose_file(d, now, calendar, terms), find_time_left(d, now, calendar, terms)) for d in demands]
    return sorted(rows, key=lambda row: (row.time_left.left, row.demand.received, row.demand.task))


def count_files(rows: Iterable[QueueRow]) -> dict[QueueFile, int]:
    """Return how many demands each file has, every file named."""
    counts = dict.fromkeys(QueueFile, 0)
    for row in rows:
        counts[row.file] += 1
    return counts


def count_late(rows: Iterable[QueueRow]) -> dict[QueueFile, int]:
    """Return how many demands of each file are past their term while its clock runs, every file named; no decided one is late."""
    return count_files(
        row
        for row in rows
        if row.time_left.is_late and not row.time_left.is_paused and row.file is not QueueFile.DECIDED
    )


def split_new(rows: Iterable[QueueRow], listed: Collection[str]) -> tuple[list[QueueRow], int]:
    """Return the rows that the reader has before her already, in their order, and how many came since: new ones are announced,
    never put in among the others under her eyes. `listed`: the Tasks of the page that she has."""
    present = list(rows)
    known = [row for row in present if row.demand.task in listed]
    return known, len(present) - len(known)
