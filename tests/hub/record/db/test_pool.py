"""Held connections: used again, one thread at a time, undone by exceptions, never used once they failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError

from hub.record.db.store import FAILURES, Store, open_store
from hub.record.tables import link
from tests.contracts.cases import leak


def _count(store: Store) -> int:
    with store.read() as connection:
        found = connection.scalar(select(func.count()).select_from(link))
    return int(found or 0)


def test_a_connection_is_used_again_and_shared_with_nobody(store: Store) -> None:
    with store.read() as first, store.read() as other:
        assert first is not other
    with store.read() as again:
        assert again in (first, other)


def test_what_raises_is_undone_and_what_ends_stands(store: Store) -> None:
    with store.write_relaxed() as connection:
        connection.execute(insert(link).values(target=1, source=2))
    with pytest.raises(ZeroDivisionError), store.write_relaxed() as connection:
        connection.execute(insert(link).values(target=3, source=4))
        raise ZeroDivisionError
    assert _count(store) == 1


def test_a_reading_sees_one_moment(store: Store) -> None:
    # PostgreSQL judges each statement by its own moment: read committed.
    seen_meanwhile = 1 if store.on_postgres else 0
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(link)) == 0
        with store.write_relaxed() as other:
            other.execute(insert(link).values(target=1, source=2))
        assert connection.scalar(select(func.count()).select_from(link)) == seen_meanwhile
    assert _count(store) == 1


def test_a_connection_that_died_is_replaced(store: Store) -> None:
    with pytest.raises(Exception, match="closed"), store.read() as connection:
        connection.connection.driver_connection.close()
        connection.scalar(select(1))
    assert _count(store) == 0


def test_a_database_that_gives_up_is_told_as_any_failure(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The second writer is the first one's own thread: without this it waits half a minute for its turn.
    monkeypatch.setattr("hub.record.db.turns._PATIENCE", 0.01)
    store = open_store(sqlite_database, (bytes(64),), durable=False)
    with store.write_relaxed() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    with store.write(), pytest.raises(FAILURES), store.write_relaxed():
        pass
    assert _count(store) == 0
    store.dispose()


@leak(kills="a connection whose commit failed is used again")
@pytest.mark.parametrize("kind", ["write", "write_relaxed", "read"])
def test_f_2_a_connection_whose_commit_failed_is_never_used_again(store: Store, kind: str) -> None:
    """A constraint that is checked at COMMIT makes it fail, as a full disk does."""
    reference = "REFERENCES resource (rid) DEFERRABLE INITIALLY DEFERRED"
    with store.write() as connection:
        connection.execute(text(f"CREATE TABLE late (rid bigint {reference})"))
    for _ in range(3):
        with pytest.raises(IntegrityError), getattr(store, kind)() as connection:
            connection.execute(text("INSERT INTO late VALUES (7)"))
    for transaction in (store.read, store.autocommit, store.write_relaxed, store.write):
        with transaction() as connection:
            assert connection.scalar(text("SELECT count(*) FROM late")) == 0
    with store.write_relaxed() as connection:
        connection.execute(insert(link).values(target=1, source=2))
    assert _count(store) == 1


def _open_small(database: str, monkeypatch: pytest.MonkeyPatch, patience: float) -> Store:
    """A record with one connection for readings and one for writes."""
    monkeypatch.setattr("hub.record.db.pool._PATIENCE", patience)
    return open_store(database, (bytes(64),), durable=False, connections=1)


def test_no_more_connections_than_a_process_may_have(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _open_small(database, monkeypatch, 0.05)
    opened = []
    event.listen(store.reader, "connect", lambda *_: opened.append("reader"))
    event.listen(store.writer, "connect", lambda *_: opened.append("writer"))
    with ThreadPoolExecutor(1) as threads:
        for transaction in (store.read, store.autocommit):
            with transaction(), pytest.raises(FAILURES) as failure:
                threads.submit(_count, store).result()
            assert isinstance(failure.value, TimeoutError)
        assert threads.submit(_count, store).result() == 0
    assert opened == ["reader"]
    store.dispose()


def test_a_thread_waits_for_the_connection_of_another(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _open_small(database, monkeypatch, 30)
    opened = []
    event.listen(store.reader, "connect", lambda *_: opened.append("reader"))
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: _count(store), range(40))) == [0] * 40
    assert opened == ["reader"]
    store.dispose()


def test_a_thread_that_reads_may_read_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _open_small(database, monkeypatch, 0.05)
    with store.read(), store.read(), store.autocommit():
        assert _count(store) == 0
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(_count, store).result() == 0
    store.dispose()


def test_what_fails_gives_its_place_back(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _open_small(database, monkeypatch, 0.05)
    for transaction in (store.read, store.write, store.write_relaxed, store.autocommit):
        with pytest.raises(ZeroDivisionError), transaction():
            raise ZeroDivisionError
        with pytest.raises(DBAPIError), transaction() as connection:
            connection.execute(text("SELECT nothing"))
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(_count, store).result() == 0
    store.dispose()


def test_a_connection_that_was_idle_is_closed(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(database, (bytes(64),), durable=False)
    monkeypatch.setattr("hub.record.db.pool._IDLE", 0.0)
    closed = []
    event.listen(store.reader, "close", lambda *_: closed.append("closed"))
    with store.read(), store.read(), store.read():
        pass
    # The first that is given back is free when the others are; SQLAlchemy keeps one.
    with store.read():
        pass
    assert len(closed) >= 1
    store.dispose()


def test_sqlite_keeps_32_mebibytes_of_pages_for_all_connections(sqlite_database: str) -> None:
    store = open_store(sqlite_database, (bytes(64),))
    for transaction in (store.read, store.write):
        with transaction() as connection:
            assert connection.scalar(text("PRAGMA soft_heap_limit")) == 32 * 1024 * 1024
            assert connection.scalar(text("PRAGMA cache_size")) == -16384
    store.dispose()
