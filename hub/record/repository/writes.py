"""Through the door: what an actor writes, each in one transaction with its trace (`hub.record.write.transaction` stages it,
`hub.record.write.commit` writes it). What is told back is what the actor sees then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.domain.errors import NotFound
from hub.record.access.session import ReadSession
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.read.current import read_several
from hub.record.read.slice import Slice, build_write_receipt
from hub.record.repository.base import RepositoryBase, kind_of
from hub.record.search.query.authorize import allow
from hub.record.subscriptions.register import Registrations, remove
from hub.record.subscriptions.secret_reply import telling
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.record.write.commit import flush
from hub.record.write.edit import create
from hub.record.write.transaction import WRITES, Entry, TransactionPlan, Written
from hub.record.write.writer import Writer

# What is done after the writing, in its transaction: with its session, and with the list of what was sought, for the trace of a
# transaction that comes to nothing.
Then = Callable[[ReadSession, list[str]], None]


class WriteMixin(RepositoryBase):
    """What is written."""

    def create(self, resource: dict[str, Any]) -> Slice:
        """Create a resource, under an id of the hub's. As this actor sees it then."""
        allow(self._actor, str(resource.get("resourceType", "")), "c")
        return self._write("create", lambda writer: [create(writer, resource)])[0].slice

    def edit(self, name: str, resource: dict[str, Any], if_match: str | None) -> Slice:
        """Change what this actor sees of `Type/id`, if it still sees the version `if_match`."""
        return self.write(Entry("PUT", name, resource, if_match)).slice

    def write(self, entry: Entry) -> Written:
        """One write, with the condition that may go with it, or a patch (https://hl7.org/fhir/R4/http.html#cond-update).

        Raises as `hub.record.write.edit` does, and Conflict `condition-several`."""
        entry.check(self._actor)
        _, action = WRITES[entry.method]
        with self._missing(action, [entry.sought]):
            return self._write(action, lambda writer: self._stage(writer, by_search=False).run([entry]))[0]

    def _transact(self, entries: list[Entry], then: Then | None = None) -> list[Written]:
        for entry in entries:
            entry.check(self._actor)
        sought = [entry.sought for entry in entries if entry.sought]
        after = None if then is None else lambda session: then(session, sought)
        with self._missing("transaction", sought):
            return self._write("transaction", lambda writer: self._stage(writer).run(entries), after)

    def delete(self, name: str, if_match: str | None) -> None:
        """End one's own Subscription (https://hl7.org/fhir/R4/http.html#delete): of nothing else can anyone take anything away.

        NotFound: hidden, absent, or of another type. Conflict: its owner sees another version than `if_match`."""
        allow(self._actor, name.partition("/")[0], "d")
        if not name.startswith("Subscription/"):
            raise NotFound
        with self._missing("delete", [name]), self._store.write() as connection:
            time = tick(connection, self._store.now())
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            remove(UnitOfWork(connection, time, self._store.new_id), session, name, if_match)
            write_trace(connection, self._store, session, TraceEntry("delete", "Subscription", [name]))

    @property
    def _loopback(self) -> bool:
        """Whether endpoints on this machine are taken: where the hub itself is reached so, which settings allow in the demo."""
        return self._base.startswith("http://")

    def new_name(self, resource_type: str) -> str:
        """A `Type/id` for an entry to come."""
        return f"{resource_type}/{self._store.new_id(resource_type)}"

    def _stage(self, writer: Writer, *, by_search: bool = True) -> TransactionPlan:
        return TransactionPlan(writer, self._base, by_search)

    def _write(
        self,
        action: str,
        stage: Callable[[Writer], list[str]],
        then: Callable[[ReadSession], None] | None = None,
    ) -> list[Written]:
        with self._store.write() as connection:
            # The clock first: it is also the lock behind which all that follows is read and written.
            time = tick(connection, self._store.now())
            session = ReadSession(self._actor, time, connection, self._store.seal_keys)
            unit = UnitOfWork(connection, time, self._store.new_id)
            registrations = Registrations(self._loopback)
            names = stage(Writer(unit, WriterView(session), registrations))
            flush(unit)
            visible = {resource.name: resource for resource in read_several(session, names)}
            shown = [visible.get(name) or build_write_receipt(name, time, session.keys) for name in names]
            if then is not None:
                then(session)
            write_trace(connection, self._store, session, TraceEntry(action, kind_of(names), names))
        answers = [telling(resource, registrations.secrets.get(resource.name)) for resource in shown]
        return [Written(answer, _is_new(unit, answer.name), answer.name in visible) for answer in answers]


def _is_new(unit: UnitOfWork, name: str) -> bool:
    return name in unit.changes and unit.changes[name].before is None
