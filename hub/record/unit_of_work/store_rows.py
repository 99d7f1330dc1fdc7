"""Write the rows of a unit of work: one statement for each table, however many rows there are (`docs/parts.md` 22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.record.db.statements import CompiledStatement
from hub.record.tables import (
    index_date,
    index_quantity,
    index_string,
    index_token,
    link,
    metadata,
    outbox,
    part,
    resource,
    worklist,
)
from hub.record.unit_of_work.unit import Change, UnitOfWork

_WITHOUT_TIME = (index_token, index_string, index_date, index_quantity)
INDEXES = (*_WITHOUT_TIME, worklist)

_INSERT = {table: CompiledStatement(insert(table)) for table in (resource, part, link, outbox, *INDEXES)}

_OF_PART = update(part).where(
    *(part.c[name] == bindparam(f"b_{name}", type_=BigInteger) for name in ("rid", "key", "since"))
)
_CLOSE_PART = CompiledStatement(_OF_PART.values(until=bindparam("b_until", type_=BigInteger)))
_RERANK = _OF_PART.values(ranked=bindparam("b_ranked"))
_RESTATE = (
    update(resource)
    .where(resource.c.rid == bindparam("b_rid", type_=BigInteger))
    .values({name: bindparam(f"b_{name}") for name in ("person", "entry", "domain", "reveals")})
)


@dataclass
class Rows:
    """The rows that a unit of work writes.

    `known`: the present row of `resource` of each changed resource, by rid; `insert`: new rows, by table; `close`: rows of
    `part` that end; `rerank`: rows of `part` whose items get other ranks; `unindex`: resources whose index rows are deleted;
    `restate`: resources that change as targets of references; `published`: changes for subscribers, each with its person;
    `relabelled`: targets whose sources must be split again."""

    known: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    insert: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    close: list[dict[str, Any]] = field(default_factory=list)
    rerank: list[dict[str, Any]] = field(default_factory=list)
    unindex: list[int] = field(default_factory=list)
    restate: list[dict[str, Any]] = field(default_factory=list)
    published: list[tuple[Change, int]] = field(default_factory=list)
    relabelled: list[int] = field(default_factory=list)

    def add(self, table: Table, row: dict[str, Any]) -> None:
        self.insert.setdefault(table, []).append(row)


def store_rows_without_time(unit: UnitOfWork, rows: Rows) -> None:
    """Delete the index rows of changed resources, and write the new ones and all else that does not say when."""
    connection = unit.connection
    if rows.rerank:
        connection.execute(_RERANK, rows.rerank)
    if rows.restate:
        connection.execute(_RESTATE, rows.restate)
    if rows.unindex:
        for table in INDEXES:
            connection.execute(delete(table).where(table.c.rid.in_(rows.unindex)))
        _drop_known_links(connection, rows)
    for table in (resource, link, *_WITHOUT_TIME):
        if rows.insert.get(table):
            _INSERT[table].run_many(connection, rows.insert[table])


def store_rows_with_time(unit: UnitOfWork, rows: Rows) -> None:
    """Write the rows that say when: end the part rows that end, and insert the new ones, those of lists and of the outbox."""
    connection = unit.connection
    if rows.close:
        _CLOSE_PART.run_many(connection, rows.close)
    _set_ages(unit, rows)
    for table in (part, worklist):
        if rows.insert.get(table):
            _INSERT[table].run_many(connection, rows.insert[table])
    if rows.published:
        begun = _group_begun_rows(rows)
        _INSERT[outbox].run_many(
            connection,
            [
                {
                    "oid": unit.new_id("Outbox"),
                    "rid": change.rid,
                    "person": person,
                    "event": f"{change.type}.{'created' if change.before is None else 'updated'}",
                    "at": unit.time,
                    "due": 0,
                    "attempts": 0,
                    "said": " ".join(begun.get(change.rid, ())),
                }
                for change, person in rows.published
            ],
        )


def _set_ages(unit: UnitOfWork, rows: Rows) -> None:
    """Set in the new rows of `worklist` when a present part of their resource last changed."""
    listed = {row["rid"] for row in rows.insert.get(worklist, ())}
    if not listed:
        return
    moved = {rid: max((row.moved for row in unit.stored.get(rid)), default=0) for rid in listed & set(rows.unindex)}
    for row in rows.insert.get(part, ()):
        moved[row["rid"]] = max(moved.get(row["rid"], 0), row["moved"])
    for row in rows.insert[worklist]:
        row["age"] = -moved[row["rid"]]


def _group_begun_rows(rows: Rows) -> dict[int, list[str]]:
    """Return {rid: `key:since` of each part row that begins now}: a subscriber is notified if it sees one of these."""
    begun: dict[int, list[str]] = {}
    for row in rows.insert.get(part, ()):
        begun.setdefault(row["rid"], []).append(f"{row['key']}:{row['since']}")
    return begun


def _drop_known_links(connection: Connection, rows: Rows) -> None:
    """Remove from `rows` the links that are stored already. Links of earlier versions stay, because relabelling splits all
    versions."""
    links = connection.execute(select(link.c.target, link.c.source).where(link.c.source.in_(rows.unindex)))
    known = {(row.target, row.source) for row in links}
    rows.insert[link] = [row for row in rows.insert.get(link, ()) if (row["target"], row["source"]) not in known]


def store_facts(unit: UnitOfWork) -> None:
    """End the facts that end, then insert those that begin. A fact that ends and begins again at one moment goes on."""
    for name, conditions, at in unit.facts.ends:
        table = metadata.tables[name]
        statement = update(table).where(table.c.until > at).values(until=at)
        for column, value in conditions.items():
            statement = statement.where(table.c[column] == value)
        unit.connection.execute(statement)
    for name, begun in unit.facts.rows.items():
        _build_fact_insert(unit.connection.dialect.name, name).run_many(unit.connection, begun)


@cache
def _build_fact_insert(database: str, name: str) -> CompiledStatement:
    table = metadata.tables[name]
    begin = postgresql.insert(table) if database == "postgresql" else sqlite.insert(table)
    keys = list(table.primary_key)
    return CompiledStatement(begin.on_conflict_do_update(index_elements=keys, set_={"until": begin.excluded.until}))
