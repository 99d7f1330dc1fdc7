"""Faults in the predicate and in the statements that ask, whatever code made them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any
from unittest import mock

from sqlalchemy import DDL, event

from hub.record.tables import part
from tests.mutants.blind import (
    domains_of,
    nothing_hidden,
    person_of,
    places_of,
    statements,
    withheld_of,
)
from tests.worlds.twin import Base, Side

_INDEX = r"index_\w+"


def _index(sql: str) -> str:
    return places_of(sql, _INDEX)


def _worklist(sql: str) -> str:
    return places_of(sql, "worklist")


def _stakes(sql: str) -> str:
    return places_of(sql, needs="stake_needs", right="own")


def _anybodys(table: str, said: str) -> Callable[[str], str]:
    """A condition on a column of `table` that always holds, with its value in its place."""
    condition = re.compile(rf"\b({table}\w*\.{said} \?)")
    return lambda sql: condition.sub(r"(\1 OR 1 = 1)", sql) if sql.lstrip().startswith(("SELECT", "WITH")) else sql


def _holders(sql: str) -> str:
    return re.sub(r"((?:part|index)\w*)\.holder IN \(\?, \?\)", r"(\1.holder IS NOT NULL OR \g<0>)", sql)


def _total(sql: str) -> str:
    return nothing_hidden(sql) if "SELECT count(*)" in sql else sql


def _sort(sql: str) -> str:
    return _index(sql) if " AS key_0" in sql else sql


def _hops(join: str) -> Callable[[str], str]:
    """What stands behind a hop, by the join that says which way it goes: all but the parts of what is found itself."""

    def hop(sql: str) -> str:
        if not re.search(join, sql) or sql.startswith("SELECT DISTINCT resource"):
            return sql
        outermost = re.findall(r"FROM part AS (\w+)", sql)[-1:]
        return nothing_hidden(sql, rf"(?!{outermost[0]}\b)\w+") if outermost else sql

    return hop


_chains = _hops(r"ON resource_\d+\.rid = index_token_\d+\.target")
_reverse = _hops(r"ON resource_\d+\.rid = index_token_\d+\.rid")


def _references(sql: str) -> str:
    """What a write points to is looked for among everything."""
    return nothing_hidden(sql) if sql.startswith("SELECT DISTINCT part.rid") else sql


def _jobs(sql: str) -> str:
    its = "export_job.client = ? AND export_job.party = ? AND export_job.role = ?"
    return sql.replace(its, f"({its} OR 1 = 1)")


_EVERY_PART_MOVES = """
    AFTER INSERT ON part BEGIN UPDATE part SET moved = NEW.moved WHERE rid = NEW.rid AND until = NEW.until; END
"""


@contextmanager
def _trigger() -> Iterator[None]:
    """Databases do something more by themselves: those that are made, and the worlds' until their next reset."""
    ddl = DDL(f"CREATE TRIGGER IF NOT EXISTS fault {_EVERY_PART_MOVES.strip()}").execute_if(dialect="sqlite")
    reset = Side.reset

    def broken(self: Side, found: Base) -> None:
        reset(self, replace(found, image=_with_trigger(found.image)))

    event.listen(part, "after_create", ddl)
    try:
        with mock.patch.object(Side, "reset", broken):
            yield
    finally:
        event.remove(part, "after_create", ddl)


@cache
def _with_trigger(image: bytes) -> bytes:
    raw = sqlite3.connect(":memory:")
    raw.deserialize(image)
    raw.execute(f"CREATE TRIGGER IF NOT EXISTS fault {_EVERY_PART_MOVES}")
    made = raw.serialize()
    raw.close()
    return made


MUTANTS: dict[str, Callable[[], Any]] = {
    "no predicate at all": statements(nothing_hidden),
    "a right is for everybody's record (L01)": statements(person_of),
    "a right sees every place": statements(lambda sql: places_of(sql, r"part\w*")),
    "the places of index rows are not looked at (L16)": statements(_index),
    "nor those of the worklist": statements(_worklist),
    "a stake opens every place": statements(_stakes),
    "anybody's stake opens": statements(_anybodys("stake", "party =")),
    "a stake that ended goes on": statements(_anybodys("stake", "until >")),
    "a right that ended goes on (L129)": statements(_anybodys("grant_", "until >")),
    "what is withheld is shown (L08)": statements(withheld_of),
    "domains limit nothing": statements(domains_of),
    "everybody sees what one holder may see (L109)": statements(_holders),
    "the total counts hidden rows (L41)": statements(_total),
    "rows are sorted by hidden values (L47)": statements(_sort),
    "chains go through hidden rows (L18)": statements(_chains),
    "_has goes through hidden rows (L17)": statements(_reverse),
    "a write may point to what its author does not see (L68)": statements(_references),
    "an export is anybody's to fetch (L88)": statements(_jobs),
    "a hidden edit moves the time of the whole resource (L12)": _trigger,
}

# Whom a fault concerns, where it is not everybody: those whose rights a domain limits.
CONCERNS: dict[str, frozenset[str]] = {"domains limit nothing": frozenset({"ccas", "ems_apa", "psy_cmp", "ssiad"})}
# What only searches notice: they are asked nothing else.
OF_SEARCH = frozenset(
    {
        "nor those of the worklist",
        "the total counts hidden rows (L41)",
        "rows are sorted by hidden values (L47)",
        "chains go through hidden rows (L18)",
        "_has goes through hidden rows (L17)",
    }
)
