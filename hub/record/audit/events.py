"""The rows of the journal: inserted in bulk, and read as one relation.

A batch is a few statements of the driver, whatever the number of rows: laying out what a search showed must cost little beside
the search. The list of resources is an array on PostgreSQL and a JSON array on SQLite.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec.json import encode
from sqlalchemy import BigInteger, Connection, Integer, Table, bindparam, cast, func, literal, null, select
from sqlalchemy import String as Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from hub.domain.sections import ALONE
from hub.record.db.statements import CompiledStatement
from hub.record.tables import access, access_actor, resource

Row = dict[str, Any]

_BIGINTS = postgresql.ARRAY(BigInteger)


class list_shown(FunctionElement[Any]):  # noqa: N801 - SQL, like `func.json_each`
    """The items of the column `shown`, as rows of a table with the columns `key` (from 0 on) and `value`."""

    inherit_cache = True


@compiles(list_shown)
def _unnest(element: list_shown, compiler: SQLCompiler, **options: Any) -> str:
    items = compiler.process(element.clauses, **options)
    return f"LATERAL (SELECT rank - 1 AS key, value FROM unnest({items}) WITH ORDINALITY AS item(value, rank))"  # noqa: S608


@compiles(list_shown, "sqlite")
def _json_each(element: list_shown, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


# An event with whoever acted and the columns of the predicate. Nobody has a stake in an event, not even the party that made it.
EVENT = (
    select(
        access.c.person,
        access.c.at,
        access.c.rid,
        access.c.action,
        access.c.sought,
        access.c.shown,
        access.c.needs,
        access.c.needs.bitwise_or(literal(ALONE, BigInteger)).label("stake_needs"),
        literal(0).label("domain"),
        cast(null(), Text).label("holder"),
        *(access_actor.c[name] for name in ("agent", "party", "role", "client", "session", "account")),
    )
    .join_from(
        access, access_actor, (access_actor.c.person == access.c.person) & (access_actor.c.actor == access.c.actor)
    )
    .subquery("event")
)

_PERSON = select(resource.c.rid, resource.c.person).where(resource.c.person != 0)
_PERSONS = {
    "postgresql": CompiledStatement(_PERSON.where(resource.c.rid == func.any(bindparam("rids", type_=_BIGINTS)))),
    "sqlite": CompiledStatement(
        _PERSON.where(resource.c.rid.in_(select(func.json_each(bindparam("rids")).table_valued("value").c.value)))
    ),
}


def load_persons(connection: Connection, rids: Collection[int]) -> dict[int, int]:
    """Return {rid: person} of the resources that are about a person; directory entries are not."""
    numbers = sorted(rids)
    dialect = connection.dialect.name
    bound = numbers if dialect == "postgresql" else encode(numbers).decode()
    return dict(_PERSONS[dialect].rows(connection, {"rids": bound}))


def store_events(connection: Connection, actors: Sequence[Row], events: Sequence[Row]) -> None:
    """Insert rows of `access_actor` and `access`, but for those that are stored, so that the journal may be filled again.

    `shown` is a list of rids."""
    for table, rows in ((access_actor, actors), (access, events)):
        if not rows:
            continue
        if connection.dialect.name == "postgresql":
            _INSERT_ARRAYS[table].run(connection, _build_arrays(table, rows))
        else:
            _INSERT_ROWS[table].run_many(connection, [_with_json(row) for row in rows])


def _with_json(row: Row) -> Row:
    return row | {"shown": encode(row["shown"]).decode()} if "shown" in row else row


def _build_arrays(table: Table, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return {column: its values}. A list is written as text, since `unnest` takes arrays apart to their items."""
    arrays = {column.name: [row[column.name] for row in rows] for column in table.c}
    if "shown" in arrays:
        arrays["shown"] = ["{" + ",".join(map(str, rids)) + "}" for rids in arrays["shown"]]
    return arrays


def _build_array_insert(table: Table) -> CompiledStatement:
    names = [column.name for column in table.c]
    arrays = [
        bindparam(column.name, type_=_BIGINTS if isinstance(column.type, BigInteger | Integer) else _TEXTS)
        for column in table.c
    ]
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    columns = [cast(rows.c[name], _BIGINTS) if name == "shown" else rows.c[name] for name in names]
    return CompiledStatement(postgresql.insert(table).from_select(names, select(*columns)).on_conflict_do_nothing())


_TEXTS = postgresql.ARRAY(postgresql.TEXT)
_INSERT_ARRAYS = {table: _build_array_insert(table) for table in (access, access_actor)}
_INSERT_ROWS = {
    table: CompiledStatement(sqlite.insert(table).on_conflict_do_nothing()) for table in (access, access_actor)
}
