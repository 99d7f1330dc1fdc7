"""INSERT of many rows on PostgreSQL as one array for each column, with `unnest`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeGuard

from sqlalchemy import Dialect, Executable, Insert, String, TableClause, Text, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql


def is_plain_insert(statement: Executable) -> TypeGuard[Insert]:
    """Return whether `statement` inserts all columns of its table, without values of its own, RETURNING or ON CONFLICT."""
    return isinstance(statement, Insert) and _is_plain(statement)


@cache
def _is_plain(statement: Insert) -> bool:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect)) == str(insert(statement.table).compile(dialect=dialect))


def build_array_insert(table: TableClause) -> Insert:
    """Build the INSERT into all columns of `table` from one array each, bound by the name of the column.

    The arrays are of TEXT, whatever the length of the column: a cast to VARCHAR(40) cuts, the assignment of TEXT refuses."""
    arrays = [
        bindparam(column.name, type_=postgresql.ARRAY(Text() if isinstance(column.type, String) else column.type))
        for column in table.c
    ]
    names = [column.name for column in table.c]
    rows = select(*func.unnest(*arrays).table_valued(*names).render_derived().c)
    return insert(table).from_select(names, rows, include_defaults=False)


def build_arrays(table: TableClause, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return {column: its values in `rows`}. psycopg dumps no list of several Python types, such as int and float."""
    return {name: [convert(row[name]) for row in rows] for name, convert in _list_conversions(table)}


@cache
def _list_conversions(table: TableClause) -> list[tuple[str, Callable[[Any], Any]]]:
    converted = {float: _convert_float, bool: _convert_bool}
    return [(column.name, converted.get(column.type.python_type, _keep)) for column in table.c]


def _convert_float(value: Any) -> float | None:
    return None if value is None else float(value)


def _convert_bool(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _keep(value: Any) -> Any:
    return value
