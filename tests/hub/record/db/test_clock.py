"""Time inside and outside, and the clock that writers take (`docs/parts.md` 16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.record.db.clock import instant, moment, tick
from hub.record.db.store import Store

DAY = 86_400_000_000


def test_an_instant_is_utc_with_its_microseconds() -> None:
    assert instant(0) == "1970-01-01T00:00:00.000000Z"
    assert instant(1_000_001) == "1970-01-01T00:00:01.000001Z"


@given(st.integers(moment("1900"), moment("2200")))
def test_there_and_back(time: int) -> None:
    assert moment(instant(time)) == time


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1970", 0),
        ("1970-02", 31),
        ("1970-02-02", 32),
        ("1970-01-02T00:00:00Z", 1),
        ("1970-01-02T01:00:00+01:00", 1),
        ("1970-01-02T00:00:00", 1),
        ("1969-12-31", -1),
    ],
)
def test_a_partial_date_means_its_first_moment(text: str, days: int) -> None:
    assert moment(text) == days * DAY


@pytest.mark.parametrize("text", ["", "x", "2026-13", "2026-02-30", "2026-11-21T25:00:00Z", "21/11/2026"])
def test_anything_else_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        moment(text)


def test_the_clock_gives_the_reading_and_never_goes_back(store: Store) -> None:
    with store.write() as connection:
        assert tick(connection, 10) == 10
        assert tick(connection, 10) == 10
        assert tick(connection, 12) == 12
        assert tick(connection, 3) == 12


def test_a_transaction_that_fails_leaves_the_clock_as_it_was(store: Store) -> None:
    with store.write() as connection:
        tick(connection, 10)
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        tick(connection, 20)
        raise ZeroDivisionError
    with store.write() as connection:
        # Had the failed one counted, this would be 20.
        assert tick(connection, 11) == 11
