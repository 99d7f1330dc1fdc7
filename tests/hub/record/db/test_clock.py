"""Time inside and outside, and the clock that writers take (`docs/parts.md` 16)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.dates import parse_moment
from hub.ops import readiness
from hub.record.db import clock
from hub.record.db.clock import instant, read_clock, tick
from hub.record.db.store import Store, wall_clock
from hub.record.maintenance.clocks import Clocks, compare_clocks
from tests.contracts.cases import leak


def test_an_instant_is_utc_with_its_microseconds() -> None:
    assert instant(0) == "1970-01-01T00:00:00.000000Z"
    assert instant(1_000_001) == "1970-01-01T00:00:01.000001Z"


@given(st.integers(parse_moment("1900"), parse_moment("2200")))
def test_there_and_back(time: int) -> None:
    assert parse_moment(instant(time)) == time


@leak(kills="two commits share a time")
def test_each_commit_has_a_time_of_its_own_later_than_all_before(store: Store) -> None:
    assert [_write_at(store, reading) for reading in (10, 10, 12, 3)] == [10, 11, 12, 13]


def test_a_transaction_that_fails_leaves_the_clock_as_it_was(store: Store) -> None:
    _write_at(store, 10)
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        tick(replace(store, now=lambda: 20), connection)
        raise ZeroDivisionError
    # Had the failed one counted, this would be 21.
    assert _write_at(store, 11) == 11


def test_a_reader_whose_clock_is_behind_reads_at_the_time_of_the_last_commit(store: Store) -> None:
    """Faults F1: what was committed is seen, and what was revoked is not, by a node whose clock is behind."""
    last = _write_at(store, store.now() + 1_000_000)
    node = replace(store)
    with node.read() as connection:
        read_clock(node, connection)
    assert node.get_time() == last > node.now()
    node.forget_time()
    assert node.get_time() == node.now()


def _write_at(store: Store, reading: int) -> int:
    with store.write() as connection:
        return tick(replace(store, now=lambda: reading), connection)


def test_a_time_that_the_databases_clock_alone_has_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults F1: one write with a clock a year ahead, and nobody sees what is written for a year."""
    if not store.on_postgres:
        pytest.skip("SQLite reads the machine's clock")
    live = replace(store, now=wall_clock)
    with live.write() as connection:
        last = tick(live, connection)
    assert abs(last - wall_clock()) < 60_000_000
    monkeypatch.setattr(clock, "_TICK_BY_DATABASE", clock._build_tick(clock.DATABASE_TIME + 2 * clock.LIMIT))
    with pytest.raises(clock.WrongClock), live.write() as connection:
        tick(live, connection)
    # A node that is behind is no reason to refuse what the last commit was near.
    ahead = _write_at(store, last + 2 * clock.LIMIT)
    with live.write() as connection:
        assert tick(live, connection) > ahead


def test_clocks_that_disagree_are_a_problem(store: Store) -> None:
    _write_at(store, store.now())
    with store.read() as connection:
        right = compare_clocks(store, connection)
    assert not right.are_apart()
    assert not right.is_record_ahead()
    assert replace(right, node=right.database - 61_000_000).are_apart()
    _write_at(store, store.now() + clock.LIMIT + 1)
    with store.read() as connection:
        assert compare_clocks(store, connection).is_record_ahead()


def test_a_node_whose_clock_is_not_the_databases_is_not_ready(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "compare_clocks", lambda *_given: Clocks(0, 61_000_000, 0))
    assert "ready-clock" in {problem.code for problem in readiness.find_problems(store)}
