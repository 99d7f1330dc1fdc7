"""SQL that differs between SQLite and PostgreSQL, as SQLAlchemy constructs: https://docs.sqlalchemy.org/en/20/core/compiler.html."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class stored_at(ColumnElement[Any]):  # noqa: N801 - SQL, like `func.max`
    """The physical address of a row of `table` (SQLite: rowid, PostgreSQL: ctid), valid within one statement."""

    inherit_cache = False

    def __init__(self, table: Table) -> None:
        self.table = table


@compiles(stored_at)
def _ctid(element: stored_at, compiler: SQLCompiler, **_options: Any) -> str:
    return f"{compiler.preparer.format_table(element.table)}.ctid"


@compiles(stored_at, "sqlite")
def _rowid(element: stored_at, compiler: SQLCompiler, **_options: Any) -> str:
    return f"{compiler.preparer.format_table(element.table)}.rowid"


class later(FunctionElement[int]):  # noqa: N801 - SQL, like `func.max`
    """The greater of two values: `max` in SQLite, `greatest` in PostgreSQL."""

    type = BigInteger()
    inherit_cache = True


@compiles(later)
def _greatest(element: later, compiler: SQLCompiler, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(later, "sqlite")
def _max(element: later, compiler: SQLCompiler, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"
