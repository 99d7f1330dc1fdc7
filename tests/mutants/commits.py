"""Faults in the order of commits and in the locks of writers (`docs/writing.md`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, bindparam, update

from hub.record.db import clock
from hub.record.db.dialect import later
from hub.record.repository import writes
from hub.record.tables import clock as clock_table
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write import late_clock
from tests.mutants.blind import all_of, replaced

_READING = bindparam("node", type_=BigInteger)
_SHARED = update(clock_table).values(time=later(clock_table.c.time, _READING)).returning(clock_table.c.time)


def _skip(_whole: Any) -> Any:
    return lambda *_given: None


MUTANTS: dict[str, Callable[[], Any]] = {
    "two commits share a time": all_of(
        replaced(clock, "_TICK", lambda _whole: _SHARED), replaced(clock, "_TICK_BY_DATABASE", lambda _whole: _SHARED)
    ),
    "who writes about one person does not wait": replaced(late_clock, "lock_persons", _skip),
    "who writes alone keeps nobody out": replaced(clock, "close_gate", _skip),
    "what is written is not compared with what is locked": replaced(writes, "check_held", _skip),
    "facts bear the time at which the writer read": replaced(UnitOfWork, "set_time", _skip),
}
