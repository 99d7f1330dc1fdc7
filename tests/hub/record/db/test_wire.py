"""Statements that wait for the next one: their order, their errors, their commit, and the context of row-level security."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.record.db.statements import CompiledStatement
from hub.record.db.store import Store, open_store
from hub.record.tables import link
from tests.conftest import SEAL_KEYS
from tests.postgres import Server
from tests.relay import Relay, open_relay

_INSERT = CompiledStatement(insert(link))
_CONTEXT = "SELECT set_config('role', 'hub_reader', true), set_config('hub.party', %s, true)"
_WHO = text("SELECT current_user, current_setting('hub.party', true)")


@pytest.fixture
def counted(postgres: Server, postgres_template: str) -> Iterator[tuple[Store, Relay]]:
    """A record on PostgreSQL and the relay that counts its waits."""
    name = postgres.create(postgres_template)
    with open_relay(postgres, name) as (relay, url):
        store = open_store(url, SEAL_KEYS)
        with store.write() as connection:
            connection.execute(select(1))
        with store.read() as connection:
            connection.execute(select(1))
        relay.waits = 0
        yield store, relay
        store.dispose()
    postgres.drop(name)


def _count(store: Store) -> int:
    with store.autocommit() as connection:
        return int(connection.scalar(select(func.count()).select_from(link)) or 0)


def test_a_transaction_waits_for_its_answers_and_its_commit_alone(counted: tuple[Store, Relay]) -> None:
    store, relay = counted
    for transaction in (store.write, store.write_relaxed):
        with transaction() as connection:
            _INSERT.run(connection, {"target": 1, "source": relay.waits})
            assert connection.scalar(select(func.count()).select_from(link)) == 1 + (transaction == store.write_relaxed)
            _INSERT.run(connection, {"target": 2, "source": 2})
            _INSERT.run_many(connection, [{"target": 3, "source": source} for source in range(50)])
            connection.execute(text("DELETE FROM link WHERE target > 1"))
            _INSERT.run_many(connection, [{"target": 3, "source": source} for source in range(50)])
            connection.execute(text("DELETE FROM link WHERE target > 1"))
        assert relay.waits == (8 if transaction == store.write_relaxed else 4)


def test_one_statement_waits_once(counted: tuple[Store, Relay]) -> None:
    store, relay = counted
    with store.autocommit() as connection:
        _INSERT.run(connection, {"target": 1, "source": 1})
    assert (relay.waits, _count(store)) == (1, 1)


def test_a_transaction_without_statements_sends_nothing(counted: tuple[Store, Relay]) -> None:
    store, relay = counted
    with store.write(), store.read():
        pass
    assert relay.waits == 0


def test_an_error_of_a_statement_that_waited_undoes_the_transaction(counted: tuple[Store, Relay]) -> None:
    store, _ = counted
    for transaction in (store.write, store.write_relaxed):
        with pytest.raises(IntegrityError), transaction() as connection:
            _INSERT.run(connection, {"target": 1, "source": 1})
            _INSERT.run(connection, {"target": 1, "source": 1})
            _INSERT.run(connection, {"target": 2, "source": 2})
        assert _count(store) == 0
        with pytest.raises(IntegrityError), transaction() as connection:
            _INSERT.run_many(connection, [{"target": 1, "source": 1}] * 2)
            connection.scalar(select(1))
        assert _count(store) == 0
        with pytest.raises(ZeroDivisionError), transaction() as connection:
            _INSERT.run(connection, {"target": 1, "source": 1})
            raise ZeroDivisionError
        with transaction() as connection:
            _INSERT.run(connection, {"target": 3, "source": 3})
        assert _count(store) == 1
        with store.write() as connection:
            connection.execute(text("DELETE FROM link"))


def test_the_context_is_that_of_each_statement_and_of_nothing_after(counted: tuple[Store, Relay]) -> None:
    store, relay = counted
    for transaction in (store.autocommit, store.read):
        with transaction() as connection:
            driver = connection.connection.driver_connection
            driver.use_context(_CONTEXT, ["Organization/a"])
            relay.waits = 0
            for _ in range(8):
                assert connection.execute(_WHO).one() == ("hub_reader", "Organization/a")
            assert relay.waits == 8 and connection.connection.driver_connection is driver
        with transaction() as connection:
            assert connection.connection.driver_connection is driver
            assert connection.execute(_WHO).one() == ("hub", "")
            with pytest.raises(DBAPIError, match="permission denied"):
                driver.use_context(_CONTEXT, ["Organization/b"])
                connection.execute(text("SELECT 1 FROM token"))
            connection.rollback()
            driver.use_context(_CONTEXT, ["Organization/c"])
            assert connection.execute(_WHO).one() == ("hub_reader", "Organization/c")


def test_no_statement_goes_without_a_context_that_fails(counted: tuple[Store, Relay]) -> None:
    store, _ = counted
    with store.autocommit() as connection:
        connection.connection.driver_connection.use_context("SELECT 1 / length(%s)", [""])
        with pytest.raises(DBAPIError, match="division by zero"):
            _INSERT.run(connection, {"target": 1, "source": 1})
        connection.rollback()
    assert _count(store) == 0
