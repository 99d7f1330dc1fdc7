"""Faults on purpose, each a leak that some server has had (`leaks.md`): what the two worlds must notice.

Most change the statements on their way to the database, so that they stay what they are however the record's code is written.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any
from unittest import mock

from sqlalchemy import select

from hub.errors import Conflict, NotFound, Refused
from hub.record.door import Record
from hub.record.tables import resource
from hub.slices import rid_of_reference
from tests.ids import SeededIds
from tests.worlds.run import sides
from tests.worlds.twin import Base, Side

_TRUE = "1 = 1"
_INDEX = r"index_\w+"


def _blind(sql: str, tables: str, column: str = "needs", right: str = "sees") -> str:
    """`sql` as if every grant saw the places of `tables`."""
    return re.sub(rf"\b\w+\.{right} & ({tables})\.{column} = \1\.{column}", _TRUE, sql)


def _all_of(sql: str) -> str:
    return _blind(sql, r"\w+")


def _index(sql: str) -> str:
    return _blind(sql, _INDEX)


def _worklist(sql: str) -> str:
    return _blind(sql, "worklist")


def _stakes(sql: str) -> str:
    return _blind(sql, r"\w+", "stake_needs", "own")


def _domains(sql: str) -> str:
    return re.sub(r"\b\w+\.domains & (\w+)\.domain = \1\.domain", _TRUE, sql)


def _holders(sql: str) -> str:
    return re.sub(r"((?:part|index)\w*)\.holder = \?", r"(\1.holder IS NOT NULL OR \1.holder = ?)", sql)


def _total(sql: str) -> str:
    return _all_of(sql) if "SELECT count(*)" in sql else sql


def _sort(sql: str) -> str:
    return _index(sql) if " AS key_0" in sql else sql


def _chains(sql: str) -> str:
    if not re.search(r"\bindex_token_\d+\.target\b", sql) or _follows(sql):
        return sql
    outermost = re.findall(r"FROM part AS (\w+)", sql)[-1:]
    others = (
        re.sub(rf"\b\w+\.sees & (?!{outermost[0]}\b)(part_\w+)\.needs = \1\.needs", _TRUE, sql) if outermost else sql
    )
    return _index(others)


def _follows(sql: str) -> bool:
    """Whether `sql` is that of includes."""
    return sql.startswith("SELECT DISTINCT resource")


def _references(sql: str) -> str:
    """What a write points to is looked for among everything."""
    return _all_of(sql) if sql.startswith("SELECT DISTINCT part.rid") else sql


@contextmanager
def _statements(rewrite: Callable[[str], str]) -> Iterator[None]:
    """Both sides' statements go through `rewrite`."""
    found = [side for side, _ in sides()]
    for side in found:
        side.raw.rewrite = rewrite
    try:
        yield
    finally:
        for side in found:
            side.raw.rewrite = None


@contextmanager
def _trigger(sql: str) -> Iterator[None]:
    """Both databases do something more by themselves, until the next reset without."""
    reset = Side.reset

    def broken(self: Side, found: Base) -> None:
        reset(self, replace(found, image=_with_trigger(found.image, sql)))

    with mock.patch.object(Side, "reset", broken):
        yield


@cache
def _with_trigger(image: bytes, sql: str) -> bytes:
    raw = sqlite3.connect(":memory:")
    raw.deserialize(image)
    raw.execute(f"CREATE TRIGGER fault {sql}")
    made = raw.serialize()
    raw.close()
    return made


def _told(method: str, error: Any) -> Any:
    """`Record.method` says `error` of what is there but hidden."""
    whole = getattr(Record, method)

    def telling(self: Record, name: str, *others: Any) -> Any:
        try:
            return whole(self, name, *others)
        except NotFound:
            with self._store.read() as connection:
                there = connection.execute(
                    select(resource.c.rid).where(resource.c.rid == rid_of_reference(name))
                ).first()
            raise (error if there else NotFound()) from None

    return mock.patch.object(Record, method, telling)


def _counted_ids() -> Any:
    """Identifiers in the order in which they are given, to whomever."""

    def next_one(self: SeededIds, resource_type: str) -> str:
        self.given = getattr(self, "given", 0) + 1
        return f"n{self.given:08d}"

    return mock.patch.object(SeededIds, "__call__", next_one)


_EVERY_PART_MOVES = """
    AFTER INSERT ON part BEGIN UPDATE part SET moved = NEW.moved WHERE rid = NEW.rid AND until = NEW.until; END
"""

MUTANTS: dict[str, Callable[[], Any]] = {
    "no predicate at all": partial(_statements, _all_of),
    "the places of index rows are not looked at (L16)": partial(_statements, _index),
    "nor those of the worklist": partial(_statements, _worklist),
    "a stake opens every place": partial(_statements, _stakes),
    "domains limit nothing": partial(_statements, _domains),
    "everybody sees what one holder may see (L109)": partial(_statements, _holders),
    "the total counts hidden rows (L41)": partial(_statements, _total),
    "rows are sorted by hidden values (L47)": partial(_statements, _sort),
    "chains and _has go through hidden rows (L17, L18)": partial(_statements, _chains),
    "a write may point to what its author does not see (L68)": partial(_statements, _references),
    "a hidden edit moves the time of the whole resource (L12)": partial(_trigger, _EVERY_PART_MOVES),
    "a read says that there is something (L01)": partial(_told, "read", Refused("type-closed")),
    "a PUT says that there is something (L62)": partial(_told, "edit", Conflict("version-conflict")),
    "identifiers count what was made (L143)": _counted_ids,
}

# Whom a fault concerns, where it is not everybody: those whose rights a domain limits.
CONCERNS: dict[str, frozenset[str]] = {"domains limit nothing": frozenset({"ccas", "ems_apa", "psy_cmp", "ssiad"})}
