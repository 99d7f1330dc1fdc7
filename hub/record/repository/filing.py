"""The filing of what came with an intake Task, by who holds it: rows with proposals, receipts, undo (`docs/parts.md` 27)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from hub.domain.errors import Conflict, Invalid, NotFound, Problem, Refused
from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from hub.fhir import loads
from hub.record.access.session import ReadSession
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.reactions.stakes import is_hub_task
from hub.record.reactions.unfiled import TO_FILE, needs_filing
from hub.record.read.current import read, read_several
from hub.record.repository.record import Record
from hub.record.search.query.authorize import allow
from hub.record.tables import filing, resource, stake
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush
from hub.record.write.filing import copy_into, end_handing, is_undecided, propose, restore_handing, take_back
from hub.slices import get_reference_rid
from hub.slices.placement.narrow import is_placed_by_code

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
            self._read_task(session, task_name)
            names_read.append(task_name)
            slices = read_several(session, _list_handed_rows(session, task_name))
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
            self._read_task(session, task_name)
            filed = self._find_filing(unit, row)
            if filed is not None and _was_handed(session, task_name, row):
                raise Conflict(Problem("file-filed", "row"))
            if row not in _list_handed_rows(session, task_name) or not read_several(session, [row]):
                raise Invalid(Problem("file-row", "row"))
            resource = unit.read_whole(row)
            if not needs_filing(resource):
                raise Invalid(Problem("file-row", "row"))
            copied = copy_into(unit, row, section)
            # What is filed is not handed over any more (`docs/parts.md` 30).
            end_handing(unit, row, unit.targets.find_person(resource))
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
            restore_handing(unit, row, unit.targets.find_person(unit.read_whole(row)), filed.at)
            flush(unit)
            ended = update(filing).where(filing.c.original == row, filing.c.at == filed.at)
            unit.connection.execute(ended.values(until=unit.time))

    @contextmanager
    def _open_filing(self, task_name: str, row: str) -> Iterator[tuple[ReadSession, UnitOfWork]]:
        allow(self._actor, "Task", "u")
        with self._trace_missing("update", [task_name]), self._store.write() as connection:
            time = tick(self._store, connection)
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            yield session, UnitOfWork(connection, time, self._store.new_id)
            write_trace(connection, self._store, session, TraceEntry("update", "", [task_name, row]))

    def _read_task(self, session: ReadSession, name: str) -> dict[str, Any]:
        """Return a Task by which the actor files. NotFound, Invalid and Refused: as `list_filing`."""
        role = load_roles()[self._actor.role]
        if not (role.is_desk or role.clinical):
            raise Refused("write-closed")
        if not name.startswith("Task/"):
            raise NotFound
        body = read(session, name).body
        task: dict[str, Any] = loads(body, size=len(body))
        is_owner = task.get("owner", {}).get("reference") == self._actor.party
        is_intake = role.is_desk and is_hub_task(task, "intake") and (is_owner or _waits(session, name))
        if not (is_intake or (role.clinical and is_hub_task(task, "file") and is_owner)):
            raise Invalid(Problem("file-holder", "Task.owner"))
        return task

    def _find_filing(self, unit: UnitOfWork, row: str) -> Any:
        open_rows = select(filing).where(filing.c.original == row, filing.c.until == EVER)
        return unit.connection.execute(open_rows).first()


_STAKES = (
    select(resource.c.type, resource.c.id, stake.c.kind, stake.c.until)
    .join_from(stake, resource, resource.c.rid == stake.c.rid)
    .where(stake.c.party == bindparam("filer"), stake.c.via == bindparam("task"))
    .where(stake.c.kind.in_(("handed", TO_FILE)))
    .order_by(resource.c.type, resource.c.id)
)


def _list_stakes(session: ReadSession, task: str) -> Sequence[Any]:
    """Return the stakes that the actor's party has, or had, in what a Task hands over."""
    filer = {"filer": session.actor.party, "task": get_reference_rid(task)}
    return session.connection.execute(_STAKES, session.params | filer).all()


def _list_handed_rows(session: ReadSession, task: str) -> list[str]:
    """Return what a Task hands to the actor's party now and codes place, by reference."""
    rows = [row for row in _list_stakes(session, task) if row.until == EVER and is_placed_by_code(row.type)]
    return [f"{row.type}/{row.id}" for row in rows]


def _was_handed(session: ReadSession, task: str, name: str) -> bool:
    return name in {f"{row.type}/{row.id}" for row in _list_stakes(session, task)}


def _waits(session: ReadSession, task: str) -> bool:
    """Return whether what a decided Task handed over waits, or waited, with the actor's party."""
    return any(row.kind == TO_FILE for row in _list_stakes(session, task))
