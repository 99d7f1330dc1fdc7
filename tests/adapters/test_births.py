"""Births that are possible, by days of the territory."""

from __future__ import annotations

import time

import pytest

from adapters.births import is_plausible_birth
from hub.domain.dates import parse_moment
from tests.zones import live_in


@pytest.mark.parametrize(
    ("birth", "sent_on", "is_plausible"),
    [
        ("1942-03-15", "2026-11-20", True),
        ("1900-01-01", "2026-11-20", True),
        ("1899-12-31", "2026-11-20", False),
        ("2026-11-20", "2026-11-20", True),
        ("2026-11-21", "2026-11-20", False),
        ("2026-12", "2026-11-20", False),
        ("2026", "2026-11-20", True),
        # Half past midnight in Paris is the day before in UTC.
        ("2026-11-21", "2026-11-20T23:30:00Z", True),
        ("2026-11-22", "2026-11-20T23:30:00Z", False),
        # Where the sender is, it is the next day already.
        ("2026-11-21", "2026-11-21T01:00:00+04:00", True),
    ],
)
def test_a_birth_is_neither_too_long_ago_nor_after_the_message(birth: str, sent_on: str, is_plausible: bool) -> None:
    assert is_plausible_birth(birth, sent_on) is is_plausible


@pytest.mark.parametrize(("zone", "is_plausible"), [("Indian/Reunion", True), ("America/Guadeloupe", False)])
def test_c_3_without_a_date_of_the_message_today_is_that_of_the_territory(
    monkeypatch: pytest.MonkeyPatch, zone: str, is_plausible: bool
) -> None:
    live_in(monkeypatch, zone)
    monkeypatch.setattr(time, "time_ns", lambda: parse_moment("2026-11-20T22:00:00Z") * 1_000)
    assert is_plausible_birth("2026-11-21") is is_plausible
