"""Prepared statements: the driver's rows, SQLAlchemy's errors, and listeners that hear them."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, bindparam, event, insert, select
from sqlalchemy.exc import IntegrityError

from hub.record.db.statements import CompiledStatement
from hub.record.db.store import Store
from hub.record.tables import link

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
