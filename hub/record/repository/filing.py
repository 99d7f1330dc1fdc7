"""The filing of what came with an intake Task, by who holds it: rows with proposals, receipts, undo (`docs/parts.md` 27)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from hub.domain.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.domain.sections import load_sections
from hub.fhir import loads
from hub.record.access.session import ReadSession
from hub.record.access.write_rights import is_desk
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.read.current import read, read_several
from hub.record.repository.record import Record
from hub.record.search.query.authorize import allow
from hub.record.tables import filing
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush
from hub.record.write.filing import (
    copy_into,
    is_intake_of,
    is_undecided,
    list_inputs,
    needs_filing,
    propose,
    take_back,
)
from hub.slices import get_reference_rid

# After the decision a filing may be taken back for so long, in microseconds.
UNDO_SPAN = 15 * 60 * 1_000_000


@dataclass(frozen=True)
class UnfiledRow:
    """What waits to be filed. `section`: the proposal; `term`: the term of the list that it fits, or ""."""

    name: str
    section: str
    term: str


@dataclass(frozen=True)
class Receipt:
    """`name` was filed into `section` by `party` in `role` at the moment `at` (µs)."""

    name: str
    section: str
    party: str
    role: str
    at: int


class FilingMixin(Record):
    """The record as one actor sees it, with the filing of its intake Tasks."""

    def list_filing(self, task_name: str) -> tuple[list[UnfiledRow], list[Receipt]]:
        """Return what waits and what was filed.

        NotFound when the Task is hidden; Invalid when it is no intake Task of the actor's party; Refused for a role that is none
        of a desk."""
        with self._open_reading("read", task_name, "r") as (session, names_read):
            task = self._read_task(session, task_name)
            names_read.append(task_name)
            slices = read_several(session, list_inputs(task))
        with self._store.autocommit() as connection:
            rows = connection.execute(
                select(filing).where(filing.c.task == task_name, filing.c.until == EVER).order_by(filing.c.at)
            ).all()
        receipts = [Receipt(row.original, row.section, row.party, row.role, row.at) for row in rows]
        filed = {receipt.name for receipt in receipts}
        resources = {item.name: loads(item.body, size=len(item.body)) for item in slices if item.name not in filed}
        waiting = {name: resource for name, resource in resources.items() if needs_filing(resource)}
        return [UnfiledRow(name, *propose(resource)) for name, resource in waiting.items()], receipts

    def file(self, task_name: str, row: str, section: str) -> Receipt:
        """Copy `row` into `section` and return the receipt.

        Raises as `list_filing`; Invalid for a row that the Task does not hand over or a section that there is not; Conflict when
        it is filed already."""
        if section not in {entry.name for entry in load_sections().all if entry.column and entry.name != "access-log"}:
            raise Invalid(Problem("section-unknown", "section"))
        with self._open_filing(task_name, row) as (session, unit):
            task = self._read_task(session, task_name)
            if row not in list_inputs(task):
                raise Invalid(Problem("file-row", "row"))
            if self._find_filing(unit, row):
                raise Conflict(Problem("file-filed", "row"))
            resource = unit.read_whole(row)
            if not read_several(session, [row]) or not needs_filing(resource):
                raise Invalid(Problem("file-row", "row"))
            copied = copy_into(unit, row, section)
            person = unit.targets.find_person(resource)
            # What is filed is not handed over any more (`docs/parts.md` 30).
            rids = {"via": get_reference_rid(task_name), "rid": get_reference_rid(row)}
            unit.facts.end("stake", person, kind="handed", party=self._actor.party, **rids)
            flush(unit)
            filer = {"party": self._actor.party, "role": self._actor.role}
            values = {"original": row, "task": task_name, "section": section, "copy": copied, "until": EVER, **filer}
            unit.connection.execute(insert(filing).values(at=unit.time, **values))
        return Receipt(row, section, at=unit.time, **filer)

    def undo_filing(self, task_name: str, row: str) -> None:
        """Take a filing back: the copy was entered in error, and the row waits again. Raises as `list_filing`; Invalid when it is
        not filed; Conflict once the decision is taken and `UNDO_SPAN` has passed."""
        with self._open_filing(task_name, row) as (session, unit):
            task = self._read_task(session, task_name)
            filed = self._find_filing(unit, row)
            if filed is None or filed.task != task_name:
                raise Invalid(Problem("file-row", "row"))
            if not is_undecided(task) and unit.time > filed.at + UNDO_SPAN:
                raise Conflict(Problem("file-undo-late", "row"))
            take_back(unit, filed.copy)
            person = unit.targets.find_person(unit.read_whole(row))
            unit.facts.add_stake(row, self._actor.party, "handed", task_name, person)
            flush(unit)
            ended = update(filing).where(filing.c.original == row, filing.c.at == filed.at)
            unit.connection.execute(ended.values(until=unit.time))

    @contextmanager
    def _open_filing(self, task_name: str, row: str) -> Iterator[tuple[ReadSession, UnitOfWork]]:
        allow(self._actor, "Task", "u")
        with self._trace_missing("update", [task_name]), self._store.write() as connection:
            time = tick(connection, self._store.now())
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            yield session, UnitOfWork(connection, time, self._store.new_id)
            write_trace(connection, self._store, session, TraceEntry("update", "", [task_name, row]))

    def _read_task(self, session: ReadSession, name: str) -> dict[str, Any]:
        if not is_desk(session):
            raise Refused("write-closed")
        if not name.startswith("Task/"):
            raise NotFound
        body = read(session, name).body
        task: dict[str, Any] = loads(body, size=len(body))
        if not is_intake_of(task, self._actor.party):
            raise Invalid(Problem("file-holder", "Task.owner"))
        return task

    def _find_filing(self, unit: UnitOfWork, row: str) -> Any:
        open_rows = select(filing).where(filing.c.original == row, filing.c.until == EVER)
        return unit.connection.execute(open_rows).first()
