"""Time inside and outside, and the clock that writers take (`docs/parts.md` 16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.dates import parse_moment
from hub.record.db.clock import instant, tick
from hub.record.db.store import Store


def test_an_instant_is_utc_with_its_microseconds() -> None:
    assert instant(0) == "1970-01-01T00:00:00.000000Z"
    assert instant(1_000_001) == "1970-01-01T00:00:01.000001Z"


@given(st.integers(parse_moment("1900"), parse_moment("2200")))
def test_there_and_back(time: int) -> None:
    assert parse_moment(instant(time)) == time


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
