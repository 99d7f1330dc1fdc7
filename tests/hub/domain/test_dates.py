"""FHIR dates as moments: a date without zone is a day of the territory."""

from __future__ import annotations

from datetime import UTC

import pytest

from hub.domain.dates import add_days, find_day, parse_end, parse_moment, parse_span
from tests.zones import live_in

HOUR = 3_600_000_000
DAY = 24 * HOUR


def test_a_partial_date_means_its_first_moment() -> None:
    begins = {
        text: parse_moment(text)
        for text in ("2026", "2026-01", "2026-01-01", "2026-01-01T00:00", "2025-12-31T23:00:00Z")
    }
    assert set(begins.values()) == {parse_moment("2026-01-01T00:00:00+01:00")}


@pytest.mark.parametrize(
    ("text", "days"),
    [("1970", 0), ("1970-02", 31), ("1970-02-02", 32), ("1970-01-02T00:00:00", 1), ("1969-12-31", -1)],
)
def test_another_zone_may_be_named(text: str, days: int) -> None:
    assert parse_moment(text, UTC) == days * DAY


@pytest.mark.parametrize("text", ["", "x", "2026-13", "2026-02-30", "2026-11-21T25:00:00Z", "21/11/2026", "2026-W12"])
def test_anything_else_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse_moment(text)


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends"),
    [
        ("Europe/Paris", "2026-03-15", "2026-03-14T23:00:00Z", "2026-03-15T23:00:00Z"),
        # The clocks go forward in the night of 29 March, and back in that of 25 October.
        ("Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("Europe/Paris", "2026-12-31", "2026-12-30T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("Europe/Paris", "2026-12", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("Europe/Paris", "2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("Europe/Paris", "2028-02-29", "2028-02-28T23:00:00Z", "2028-02-29T23:00:00Z"),
        ("Europe/Paris", "2026-07-14T08:30", "2026-07-14T06:30:00Z", "2026-07-14T06:31:00Z"),
        ("Indian/Reunion", "2026-03-15", "2026-03-14T20:00:00Z", "2026-03-15T20:00:00Z"),
        ("Indian/Reunion", "2026", "2025-12-31T20:00:00Z", "2026-12-31T20:00:00Z"),
        ("America/Guadeloupe", "2026-12-31", "2026-12-31T04:00:00Z", "2027-01-01T04:00:00Z"),
        # The clocks go forward at midnight, which there is not.
        ("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
    ],
)
def test_a_day_is_one_of_the_territory(
    monkeypatch: pytest.MonkeyPatch, zone: str, day: str, begins: str, ends: str
) -> None:
    live_in(monkeypatch, zone)
    assert parse_span(day) == (parse_moment(begins), parse_moment(ends))
    assert find_day(parse_moment(begins)) == day[:10] + "-01" * ((10 - len(day[:10])) // 3)
    assert parse_end(day) == (parse_moment(ends) if len(day) <= 10 else parse_moment(begins))


def test_a_value_with_a_zone_is_the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    before = parse_span("2026-03-15T00:30:00+01:00")
    live_in(monkeypatch, "Indian/Reunion")
    assert parse_span("2026-03-15T00:30:00+01:00") == before == parse_span("2026-03-14T23:30:00Z")


def test_a_period_that_ends_with_a_time_ends_then() -> None:
    assert parse_end("2026-03-15T12:00:00Z") == parse_moment("2026-03-15T12:00:00Z")
    assert parse_end("2026-03") == parse_moment("2026-04") == parse_end("2026-03-31")


def test_days_are_counted_by_the_clock_on_the_wall() -> None:
    noon = parse_moment("2026-03-28T12:00:00+01:00")
    assert add_days(noon, 1) == noon + 23 * HOUR == parse_moment("2026-03-29T12:00:00+02:00")
    assert add_days(noon, -1) == noon - DAY
    assert add_days(parse_moment("2026-12-31"), 1) == parse_moment("2027-01-01")


def test_the_calendar_ends_without_an_error() -> None:
    assert parse_span("9999-12-31")[1] == parse_span("9999")[1] == parse_span("9999-12")[1]
    assert add_days(parse_end("9999-12-31"), 30) == parse_end("9999-12-31") + 30 * DAY
    assert parse_span("0001-01-01")[1] - parse_span("0001-01-01")[0] == DAY
