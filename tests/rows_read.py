"""How many rows the statements of a search read: on PostgreSQL those of its plans, on SQLite the steps of its virtual machine.

Counts, never times: they are the same on a machine in use. The steps of SQLite (https://sqlite.org/opcode.html) are a few
dozen for each row that is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection

from hub.record.db.statements import CompiledStatement

# SQLite calls back after so many steps.
_STEPS = 10


def count_rows_read(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> list[int]:
    """Return for each statement with rows that `action` runs how many rows (PostgreSQL) or tens of steps (SQLite) it took."""
    counts: list[int] = []
    fetch = CompiledStatement.rows

    def rows(statement: CompiledStatement, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        driver: Any = connection.connection.dbapi_connection
        if connection.dialect.name == "postgresql":
            text, order = statement._made.get(connection.dialect.name) or statement._compile(connection.dialect)
            ((plan,),) = driver.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", order(values)).fetchall()
            (top,) = json.loads(plan) if isinstance(plan, str) else plan
            counts.append(sum(_list_rows(top["Plan"])))
            return fetch(statement, connection, values)
        steps = [0]

        def step() -> None:
            steps[0] += 1

        driver.set_progress_handler(step, _STEPS)
        try:
            return fetch(statement, connection, values)
        finally:
            driver.set_progress_handler(None, 0)
            counts.append(steps[0])

    with monkeypatch.context() as patch:
        patch.setattr(CompiledStatement, "rows", rows)
        action()
    return counts


def _list_rows(plan: Mapping[str, Any]) -> Iterator[int]:
    """Yield the rows that each scan of a table or an index looked at, those that it left out too."""
    if "Relation Name" in plan or "Index Name" in plan:
        removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        yield round((plan["Actual Rows"] + removed) * plan["Actual Loops"])
    for inner in plan.get("Plans", ()):
        yield from _list_rows(inner)
