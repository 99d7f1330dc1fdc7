"""The short form of the drill, on both databases; `make drill` plays all of it."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drill.scenarios import fail_over, kill_database, kill_hub, kill_worker, set_clocks_apart
from tests.drill.stage import Outcome, Stage, open_stage
from tests.postgres import NoPostgres, do_without


@pytest.fixture(scope="module")
def sqlite_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("drill"), "sqlite") as stage:
        stage.settings["HUB_WORKERS"] = "1"
        stage.open_hub()
        yield stage


@pytest.fixture(scope="module")
def postgres_stage() -> Iterator[Stage]:
    try:
        # PostgreSQL runs under an account of its own, which cannot enter the folders of pytest.
        with tempfile.TemporaryDirectory(prefix="hub-drill-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            with open_stage(Path(folder), "postgres") as stage:
                stage.settings["HUB_WORKERS"] = "1"
                stage.open_hub()
                yield stage
    except NoPostgres as reason:
        do_without(reason)


def check_outcome(outcome: Outcome) -> None:
    assert outcome.is_good, outcome
    assert outcome.acknowledged >= 5


def test_kills_lose_nothing_on_sqlite(sqlite_stage: Stage) -> None:
    check_outcome(kill_worker(sqlite_stage))
    check_outcome(kill_hub(sqlite_stage))


def test_a_node_two_seconds_behind_sees_what_the_other_acknowledged(sqlite_stage: Stage) -> None:
    check_outcome(set_clocks_apart(sqlite_stage))


def test_the_drill_notices_what_is_lost(sqlite_stage: Stage) -> None:
    """Rows that vanish after the acknowledgement, as on a disk that lied about its writes. The last one on this record."""
    senders = sqlite_stage.send(sqlite_stage.hubs[0])
    fault = time.monotonic()
    senders.finish()
    connection = sqlite3.connect(sqlite_stage.var / "hub.sqlite", timeout=30)
    for task in list(senders.ledger.tasks.values())[:2]:
        connection.execute("DELETE FROM part WHERE rid = (SELECT rid FROM resource WHERE id = ?)", (task,))
    connection.commit()
    connection.close()
    outcome = sqlite_stage.count_outcome("rows deleted", senders, fault)
    assert (outcome.lost, outcome.is_good) == (2, False)


def test_a_database_that_is_killed_and_a_failover_lose_nothing(postgres_stage: Stage) -> None:
    check_outcome(kill_database(postgres_stage))
    check_outcome(fail_over(postgres_stage))
