"""Prepared statements: the driver's rows, SQLAlchemy's errors, and listeners that hear them."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, bindparam, event, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.record.db.statements import CompiledStatement
from hub.record.db.store import Store
from hub.record.tables import index_quantity, link, part

_INSERT = CompiledStatement(insert(link))
_OF = CompiledStatement(select(link.c.target, link.c.source).where(link.c.source == bindparam("of", type_=BigInteger)))
_ROW = {"target": 7, "source": 9}


def test_rows_are_what_was_written(store: Store) -> None:
    with store.write_relaxed() as connection:
        _INSERT.run(connection, _ROW)
    with store.read() as connection:
        assert _OF.rows(connection, {"of": 9}) == [(7, 9)]
        assert _OF.rows(connection, {"of": 7}) == []


def test_errors_are_those_of_sqlalchemy(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write_relaxed() as connection:
        _INSERT.run(connection, _ROW)
        _INSERT.run(connection, _ROW)
    with store.read() as connection:
        assert _OF.rows(connection, {"of": 9}) == []


def test_listeners_hear_of_each_statement(store: Store) -> None:
    said: list[str] = []
    event.listen(store.reader, "before_cursor_execute", lambda *told: said.append(told[2]))
    with store.read() as connection:
        _OF.rows(connection, {"of": 9})
    assert [text.split()[0] for text in said] == ["SELECT"]


_QUANTITY = {
    "rid": 7, "type": "Observation", "name": "value-quantity", "low": 1.5, "high": 2, "system": "s", "code": "é'\"{},\\",
    "unit": "", "person": 1, "needs": 1, "stake_needs": 1, "domain": 1, "holder": None,
}  # fmt: skip


def test_many_rows_are_what_single_rows_would_be(store: Store) -> None:
    quantities = [_QUANTITY | {"rid": rid, "low": low} for rid, low in enumerate((1, 1.5, -(2**40)))]
    body = {column.name: 1 for column in part.c} | {
        "content": 1,
        "body": bytes(range(256)),
        "ranked": b"",
        "holder": "é",
    }
    bodies = [body | {"rid": rid, "holder": holder} for rid, holder in enumerate(("Organization/a", None, "NULL", ""))]
    for table, rows in ((index_quantity, quantities), (part, bodies)):
        with store.write_relaxed() as connection:
            CompiledStatement(insert(table)).run_many(connection, rows)
        with store.read() as connection:
            many = [dict(row) for row in connection.execute(select(table).order_by(table.c.rid)).mappings()]
        assert many == rows


def test_many_rows_with_one_too_long_are_refused_and_not_cut(store: Store) -> None:
    if not store.on_postgres:
        pytest.skip("SQLite has no lengths")
    rows = [_QUANTITY | {"rid": rid, "name": "n" * length} for rid, length in ((1, 40), (2, 41))]
    with pytest.raises(DBAPIError, match="too long"), store.write_relaxed() as connection:
        CompiledStatement(insert(index_quantity)).run_many(connection, rows)
