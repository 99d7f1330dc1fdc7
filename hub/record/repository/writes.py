"""Create, update, patch, delete and transactions, each in one database transaction with its trace.

`hub.record.write.transaction` stages the writes, `hub.record.write.commit` stores them. What is returned is the slice that the
actor sees afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from hub.domain.errors import NotFound
from hub.record.access.session import ReadSession
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.read.current import read_several
from hub.record.read.preconditions import Preconditions
from hub.record.read.slice import Slice, build_write_receipt
from hub.record.repository.base import RepositoryBase, get_common_type
from hub.record.search.query.authorize import allow, may_read
from hub.record.subscriptions.register import Registrations, remove
from hub.record.subscriptions.secret_reply import add_secret
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.record.write.commit import build_rows, write_rows
from hub.record.write.edit import create
from hub.record.write.late_clock import NotHeld, begin_late, check_held, find_persons, take_clock
from hub.record.write.transaction import WRITES, Entry, TransactionPlan, Written
from hub.record.write.writer import Writer

# Called after the writes, in their transaction, with its session and the list of names to trace if one is missing.
Then = Callable[[ReadSession, list[str]], None]


class WriteMixin(RepositoryBase):
    """The writes to the record."""

    def create(self, resource: dict[str, Any]) -> Slice:
        """Create a resource under a new id and return its slice. Raises as `hub.record.write.edit.create`."""
        allow(self._actor, str(resource.get("resourceType", "")), "c")
        name = str(resource.get("resourceType", "")) + "/"
        entries = [Entry("POST", name, resource)]
        return self._write("create", lambda writer: [create(writer, resource)], entries)[0].slice

    def edit(self, name: str, resource: dict[str, Any], if_match: str | None) -> Slice:
        """Update `Type/id` if the actor still sees the version `if_match`. Raises as `hub.record.write.edit.edit`."""
        return self.write(Entry("PUT", name, resource, if_match)).slice

    def write(self, entry: Entry) -> Written:
        """Write one entry: create, update or patch, perhaps conditional (https://hl7.org/fhir/R4/http.html#cond-update).

        Raises as `hub.record.write.edit` does, and Conflict `condition-several`."""
        entry.check(self._actor)
        _, action = WRITES[entry.method]
        with self._trace_missing(action, [entry.sought]):
            return self._write(action, lambda writer: self._stage(writer, by_search=False).run([entry]), [entry])[0]

    def _transact(self, entries: list[Entry], then: Then | None = None) -> list[Written]:
        for entry in entries:
            entry.check(self._actor)
        missing = [entry.sought for entry in entries if entry.sought]
        after = None if then is None else lambda session: then(session, missing)
        with self._trace_missing("transaction", missing):
            return self._write("transaction", lambda writer: self._stage(writer).run(entries), entries, after)

    def delete(
        self,
        name: str,
        if_match: str | None,
        if_none_match: tuple[str, ...] = (),
        unmodified_since: int | None = None,
    ) -> None:
        """Delete a Subscription of the actor (https://hl7.org/fhir/R4/http.html#delete); other types cannot be deleted.

        Raises NotFound when it is hidden, absent or of another type; Conflict when a precondition is false."""
        allow(self._actor, name.partition("/")[0], "d")
        if not name.startswith("Subscription/"):
            raise NotFound
        with self._trace_missing("delete", [name]), self._store.write() as connection:
            time = tick(self._store, connection)
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            preconditions = Preconditions(if_match, if_none_match, unmodified_since)
            remove(UnitOfWork(connection, time, self._store.new_id), session, name, preconditions)
            write_trace(connection, self._store, session, TraceEntry("delete", "Subscription", [name]))

    @property
    def _loopback(self) -> bool:
        """Whether Subscription endpoints may be on this machine: when the hub's own base is plain HTTP, as in the demo."""
        return self._base.startswith("http://")

    def new_name(self, resource_type: str) -> str:
        """Return a new `Type/id` for an entry that is not written yet."""
        return f"{resource_type}/{self._store.new_id(resource_type)}"

    def _stage(self, writer: Writer, *, by_search: bool = True) -> TransactionPlan:
        return TransactionPlan(writer, self._base, by_search)

    def _write(
        self,
        action: str,
        stage: Callable[[Writer], list[str]],
        entries: Sequence[Entry],
        then: Callable[[ReadSession], None] | None = None,
    ) -> list[Written]:
        """Write what `stage` stages, which may be called twice. `entries`: what it says of whom it writes about."""
        persons = find_persons(entries) if self._store.on_postgres else frozenset[int]()
        if persons:
            with suppress(NotHeld):
                return self._write_about(persons, action, stage, then)
        return self._write_about(persons=frozenset(), action=action, stage=stage, then=then)

    def _write_about(
        self,
        persons: frozenset[int],
        action: str,
        stage: Callable[[Writer], list[str]],
        then: Callable[[ReadSession], None] | None,
    ) -> list[Written]:
        """Write with the clock at the end, when all that is written is about `persons`; without any, with the clock first. Raises
        NotHeld when it is about others too."""
        with self._store.write() as connection:
            time = begin_late(self._store, connection, persons) if persons else tick(self._store, connection)
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            unit = UnitOfWork(connection, time, self._store.new_id)
            registrations = Registrations(self._loopback)
            names = stage(Writer(unit, WriterView(session), registrations))
            rows = build_rows(unit)
            if persons:
                check_held(unit, rows, persons)
                write_rows(unit, rows, partial(take_clock, self._store, unit, rows))
                session = replace(session, now=unit.time)
            else:
                write_rows(unit, rows)
            visible = {resource.name: resource for resource in read_several(session, names)}
            names_read = [visible.get(name) or build_write_receipt(name, unit.time, session.keys) for name in names]
            if then is not None:
                then(session)
            write_trace(connection, self._store, session, TraceEntry(action, get_common_type(names), names))
        answers = [add_secret(resource, registrations.secrets.get(resource.name)) for resource in names_read]
        return [self._describe(answer, unit, is_seen=answer.name in visible) for answer in answers]

    def _describe(self, current: Slice, unit: UnitOfWork, *, is_seen: bool) -> Written:
        """Return the result of a write. A change by who may not read is answered as one that its author does not see: the
        representation has what others wrote, and whether the version moved tells whether the value was there before."""
        is_new = _is_new(unit, current.name)
        resource_type = current.name.partition("/")[0]
        return Written(current, is_new, is_seen and (is_new or may_read(self._actor, resource_type)))


def _is_new(unit: UnitOfWork, name: str) -> bool:
    return name in unit.changes and unit.changes[name].before is None
