"""Faults of bad days: what is acknowledged goes astray, or a hub looks well that is not (`docs/operations.md`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.ops import readiness
from hub.record.db.pool import _Transaction
from hub.record.db.record_file import RecordFile
from hub.record.maintenance import seal_key
from hub.record.repository import export_jobs
from hub.subscriptions import delivery_pool, worker
from tests.mutants.blind import all_of, replaced


def _give_back(transaction: Any) -> None:
    transaction._driver.rollback()
    transaction._held.give_back(transaction._connection, transaction._driver)


def _by_endpoint(_whole: Any) -> Any:
    return lambda endpoint: endpoint


MUTANTS: dict[str, Callable[[], Any]] = {
    "a connection whose commit failed is used again": replaced(_Transaction, "_discard", lambda _whole: _give_back),
    "a deleted file takes writes": replaced(RecordFile, "check", lambda _whole: lambda _file: None),
    "a hub starts with another seal key": replaced(seal_key, "has_other_key", lambda _whole: lambda *_given: False),
    "a hub is ready that takes no writes": replaced(readiness, "takes_writes", lambda _whole: lambda _store: True),
    "a client begins as many exports as it likes": replaced(export_jobs, "MOST_JOBS", lambda _whole: 1_000),
    "the slow endpoints of a host take all threads": all_of(
        replaced(delivery_pool, "find_host", _by_endpoint), replaced(worker, "find_host", _by_endpoint)
    ),
}
