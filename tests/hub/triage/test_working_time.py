"""The time that is left, in opening hours."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.dates import parse_moment
from hub.domain.desk.opening_hours import OFFICE_HOURS, OpeningHours
from hub.triage.working_time import HOUR, Pause, WorkCalendar

PARIS = WorkCalendar(OFFICE_HOURS, ZoneInfo("Europe/Paris"))
MINUTE = HOUR // 60


def at(text: str) -> int:
    return parse_moment(f"{text}+01:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T09:00", "2026-11-23T12:00", 3),
        ("2026-11-23T12:00", "2026-11-23T14:00", 1),
        ("2026-11-23T19:00", "2026-11-24T09:30", 1),
        ("2026-11-20T16:30", "2026-11-23T09:30", 2),
        ("2026-11-21T00:00", "2026-11-23T00:00", 0),
        # Christmas is a Friday.
        ("2026-12-24T16:30", "2026-12-28T09:30", 2),
        ("2026-11-23T12:00", "2026-11-23T09:00", 0),
    ],
)
def test_open_time_counts_neither_nights_nor_weekends_nor_holidays(start: str, end: str, hours: float) -> None:
    assert PARIS.measure(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("country", "region", "day", "is_closed"),
    [
        ("FR", "", date(2026, 12, 26), False),
        ("FR", "57", date(2026, 12, 26), True),
        ("FR", "974", date(2026, 12, 20), True),
        ("FR", "", date(2027, 3, 29), True),
        ("BE", "", date(2026, 7, 21), True),
        ("", "", date(2026, 12, 25), False),
    ],
)
def test_holidays_are_those_of_the_country_and_region(country: str, region: str, day: date, is_closed: bool) -> None:
    calendar = WorkCalendar(OpeningHours(OFFICE_HOURS.weeks, country, region), ZoneInfo("Europe/Paris"))
    assert calendar.is_closed(day) is is_closed


def test_a_closure_is_closed_from_its_first_to_its_last_day() -> None:
    span = (date(2026, 11, 24), date(2026, 11, 25))
    calendar = WorkCalendar(OpeningHours(OFFICE_HOURS.weeks, closures=(span,)), ZoneInfo("Europe/Paris"))
    assert calendar.measure(at("2026-11-23T16:30"), at("2026-11-26T09:30")) == 2 * HOUR


def test_a_desk_that_never_closes_has_days_of_23_and_25_hours() -> None:
    calendar = WorkCalendar(OpeningHours((((0, 1440),),) * 7, ""), ZoneInfo("Europe/Paris"))
    assert calendar.measure(parse_moment("2026-03-29"), parse_moment("2026-03-30")) == 23 * HOUR
    assert calendar.measure(parse_moment("2026-10-25"), parse_moment("2026-10-26")) == 25 * HOUR


@given(
    start=st.integers(at("2026-10-20T00:00") // MINUTE, at("2027-01-10T00:00") // MINUTE), minutes=st.integers(1, 6000)
)
def test_what_is_added_is_what_is_measured(start: int, minutes: int) -> None:
    end = PARIS.add(start * MINUTE, minutes * MINUTE)
    assert PARIS.measure(start * MINUTE, end) == minutes * MINUTE
    assert PARIS.measure(start * MINUTE, end - 1) == minutes * MINUTE - 1


def test_the_clock_stands_while_somebody_else_must_answer() -> None:
    received, asked = at("2026-11-23T09:00"), at("2026-11-23T11:00")
    stopped = PARIS.find_time_left(received, 8 * HOUR, [Pause(asked)], at("2026-11-27T11:00"))
    assert (stopped.limit, stopped.left, stopped.is_paused) == (None, 6 * HOUR, True)
    answered = at("2026-11-26T10:00")
    again = PARIS.find_time_left(received, 8 * HOUR, [Pause(asked, answered)], at("2026-11-26T12:00"))
    assert (again.limit, again.left, again.is_paused) == (at("2026-11-26T17:00"), 4 * HOUR, False)


def test_pauses_that_overlap_count_once() -> None:
    pauses = [
        Pause(at("2026-11-23T10:00"), at("2026-11-23T12:00")),
        Pause(at("2026-11-23T11:00"), at("2026-11-23T14:30")),
    ]
    left = PARIS.find_time_left(at("2026-11-23T09:00"), 8 * HOUR, pauses, at("2026-11-23T15:30"))
    assert left.left == 6 * HOUR


def test_what_is_late_has_its_limit_behind_it() -> None:
    left = PARIS.find_time_left(at("2026-11-23T09:00"), 8 * HOUR, [], at("2026-11-25T10:00"))
    assert (left.limit, left.is_late, left.split()) == (at("2026-11-24T09:00"), True, (1, 1, 0))
    assert left.left == -9 * HOUR
