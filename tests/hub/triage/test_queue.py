"""In which file of the queue each demand is, and in which order they are listed."""

from __future__ import annotations

from itertools import product

import pytest

from hub.domain.dates import parse_moment
from hub.domain.desk.opening_hours import OFFICE_HOURS, DeskTerms
from hub.domain.territory import load_territory
from hub.triage.queue import (
    Answerer,
    Demand,
    QueueFile,
    Wait,
    choose_file,
    count_files,
    count_late,
    sort_queue,
    split_new,
)
from hub.triage.working_time import HOUR, WorkCalendar

CALENDAR = WorkCalendar(OFFICE_HOURS, load_territory().timezone)
TERMS = DeskTerms(decision_hours=80, urgent_hours=8, reminder_hours=24)
MONDAY = parse_moment("2026-11-23T09:00:00+01:00")
WEDNESDAY = parse_moment("2026-11-25T09:00:00+01:00")
THURSDAY = parse_moment("2026-11-26T09:00:00+01:00")


def demand(**elements: object) -> Demand:
    return Demand(**{"task": "Task/a", "received": MONDAY, "status": "requested", **elements})  # type: ignore[arg-type]


def choose(now: int = WEDNESDAY, **elements: object) -> QueueFile:
    return choose_file(demand(**elements), now, CALENDAR, TERMS)


ASKED = {by: (Wait(by, MONDAY),) for by in Answerer}
RECENT = {by: (Wait(by, WEDNESDAY),) for by in Answerer}


@pytest.mark.parametrize(
    ("elements", "file"),
    [
        ({}, "a-trier"),
        ({"status": "received"}, "a-trier"),
        ({"has_candidates": True}, "doublon"),
        ({"needed": ("quoi",)}, "a-completer"),
        ({"waits": RECENT[Answerer.SENDER]}, "a-completer"),
        ({"waits": RECENT[Answerer.PARTNER]}, "en-attente"),
        ({"waits": RECENT[Answerer.PERSON]}, "en-attente"),
        ({"waits": (Wait(Answerer.PERSON, MONDAY, WEDNESDAY),)}, "a-trier"),
        ({"is_held": True}, "decidees"),
        *(
            ({"status": status}, "decidees")
            for status in ("accepted", "rejected", "cancelled", "completed", "in-progress")
        ),
    ],
)
def test_each_demand_is_in_the_file_that_fits(elements: dict[str, object], file: str) -> None:
    assert choose(**elements) == file


@pytest.mark.parametrize("by", Answerer)
def test_a_question_without_an_answer_is_asked_again_once_its_grace_is_over_in_open_hours(by: Answerer) -> None:
    assert choose(THURSDAY - 1, waits=ASKED[by]) is not QueueFile.ASKED_AGAIN
    assert choose(THURSDAY, waits=ASKED[by]) is QueueFile.ASKED_AGAIN


def test_of_several_files_that_fit_it_is_the_first() -> None:
    order = [QueueFile.DECIDED, QueueFile.ASKED_AGAIN, QueueFile.WAITING, QueueFile.INCOMPLETE, QueueFile.DUPLICATE]
    for held, late, partner, missing, candidates in product((True, False), repeat=5):
        waits = (ASKED[Answerer.SENDER] if late else ()) + (RECENT[Answerer.PARTNER] if partner else ())
        needed = ("qui",) if missing else ()
        fitting = [file for file, fits in zip(order, (held, late, partner, missing, candidates), strict=True) if fits]
        expected = fitting[0] if fitting else QueueFile.TO_TRIAGE
        assert choose(THURSDAY, is_held=held, waits=waits, needed=needed, has_candidates=candidates) is expected


def test_the_queue_goes_by_time_left_then_by_arrival() -> None:
    demands = [
        demand(task="Task/new", received=WEDNESDAY),
        demand(task="Task/b", received=MONDAY),
        demand(task="Task/a", received=MONDAY),
        demand(task="Task/urgent", received=WEDNESDAY, priority="urgent"),
        demand(task="Task/stopped", received=MONDAY - HOUR, waits=(Wait(Answerer.SENDER, MONDAY),)),
    ]
    rows = sort_queue(demands, THURSDAY, CALENDAR, TERMS)
    assert [row.demand.task for row in rows] == ["Task/urgent", "Task/a", "Task/b", "Task/new", "Task/stopped"]
    assert rows[0].time_left.left == 0
    assert count_files(rows) == {file: {"a-trier": 4, "relancees": 1}.get(file, 0) for file in QueueFile}


def test_late_demands_are_counted_while_their_clock_runs() -> None:
    late = {"received": MONDAY, "priority": "urgent"}
    demands = [demand(**late), demand(task="Task/b", **late, is_held=True), demand(task="Task/c")]
    demands.append(demand(task="Task/d", **late, waits=(Wait(Answerer.PERSON, WEDNESDAY),)))
    counts = count_late(sort_queue(demands, WEDNESDAY + 1, CALENDAR, TERMS))
    assert {file: count for file, count in counts.items() if count} == {QueueFile.TO_TRIAGE: 1}


def test_a_new_demand_is_announced_and_moves_no_row() -> None:
    rows = sort_queue([demand(task=f"Task/{name}") for name in "abc"], MONDAY, CALENDAR, TERMS)
    known, new = split_new(rows, {"Task/c", "Task/a"})
    assert ([row.demand.task for row in known], new) == (["Task/a", "Task/c"], 1)
