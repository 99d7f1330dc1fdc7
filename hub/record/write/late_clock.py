"""Writing about persons who are locked, with the clock at the end (`docs/writing.md` §3); PostgreSQL only.

What is not proven to be safe so is written alone: `NotHeld` says that it turned out to be, and nothing was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, exists, func, or_, select

from hub.domain.resource_types import DIRECTORY_TYPES, STORED_TYPES
from hub.record.db.clock import CLOCK_TIME, DATABASE_TIME, tick_late
from hub.record.db.dialect import later
from hub.record.db.locks import lock_persons
from hub.record.db.store import Store
from hub.record.tables import grant, masked, part
from hub.record.unit_of_work.store_rows import Rows
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.transaction import Entry
from hub.slices import get_reference_rid, list_references

# How far (µs) the commit may be from the time at which the writer read, and in which nobody's rights may change by themselves.
_REACH = 10_000_000
# The locks of all transactions share one table of the server.
_MOST_PERSONS = 50
# Those that say who is who, or what a person permits, are written alone: what they decide is not the person's only.
_TYPES = STORED_TYPES - DIRECTORY_TYPES - {"Binary", "Consent", "Patient", "RelatedPerson", "Subscription"}

_PERSONS: Any = bindparam("persons", expanding=True)


def _build_beginning(reading: ColumnElement[Any]) -> Any:
    """Select a time later than all that is committed, and whether a right on one of `:persons` begins or ends soon after it."""
    beginning = (
        select(later(func.coalesce(CLOCK_TIME, 0) + 1, reading).label("time"))
        .cte("beginning")
        .prefix_with("MATERIALIZED")
    )
    changes = [
        exists()
        .where(table.c.person.in_(_PERSONS), time > beginning.c.time, time <= beginning.c.time + _REACH)
        .correlate(beginning)
        for table in (grant, masked)
        for time in (table.c.since, table.c.until)
    ]
    return select(beginning.c.time, or_(*changes))


_BEGIN, _BEGIN_BY_DATABASE = _build_beginning(bindparam("node", type_=BigInteger)), _build_beginning(DATABASE_TIME)


class NotHeld(Exception):  # noqa: N818 - a state of the transaction, not one of the five errors
    """The transaction would write about somebody who is not locked, or when the rights are others than those that were read."""


def find_persons(entries: Iterable[Entry]) -> frozenset[int]:
    """Return the numbers of the persons whom `entries` name; none when they are to be written alone.

    What an entry is about without naming it, `check_held` notices."""
    persons: set[int] = set()
    for entry in entries:
        if entry.type not in _TYPES or entry.condition is not None or entry.apply_patch is not None:
            return frozenset()
        for name in list_references(entry.resource):
            if "?" in name:
                return frozenset()
            if name.startswith("Patient/"):
                persons.add(get_reference_rid(name))
    return frozenset(persons) if len(persons) <= _MOST_PERSONS else frozenset()


def begin_late(store: Store, connection: Connection, persons: Collection[int]) -> int:
    """Lock `persons` and return the time at which to read. Raises NotHeld when a right on one of them begins or ends soon."""
    lock_persons(connection, persons)
    statement = _BEGIN_BY_DATABASE if store.reads_database_time else _BEGIN
    time, changes = connection.execute(statement, {"persons": sorted(persons), "node": store.now()}).one()
    if changes:
        raise NotHeld
    return int(time)


def take_clock(store: Store, unit: UnitOfWork, rows: Rows) -> None:
    """Take the clock for `unit`, which has read and staged everything, and give its `rows` and facts the commit time.

    Raises NotHeld when the clock has gone on for so long that what was read may have changed by itself."""
    read_at, time = unit.time, tick_late(store, unit.connection, unit.time)
    if time > read_at + _REACH:
        raise NotHeld
    for row in rows.insert.get(part, ()):
        _replace_time(row, ("since", "moved"), read_at, time)
    for row in rows.close:
        _replace_time(row, ("b_until",), read_at, time)
    unit.set_time(time)


def check_held(unit: UnitOfWork, rows: Rows, persons: Collection[int]) -> None:
    """Raise NotHeld unless all that is staged is about `persons`, before and after, and is of a type that is theirs alone."""
    concerned = {unit.targets.known[name].person for name in unit.changes} | unit.facts.persons
    concerned |= {row["person"] for row in rows.known.values()}
    if rows.relabelled or not concerned <= set(persons) or any(c.type not in _TYPES for c in unit.changes.values()):
        raise NotHeld


def _replace_time(row: Mapping[str, Any] | dict[str, Any], columns: Iterable[str], before: int, after: int) -> None:
    for column in columns:
        if row[column] == before:
            row[column] = after  # type: ignore[index]  # rows that were built a moment ago
