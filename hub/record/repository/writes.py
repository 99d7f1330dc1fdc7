"""Through the door: what an actor writes, each in one transaction with its trace (`hub.record.write.transaction` stages it,
`hub.record.write.commit` writes it). What is told back is what the actor sees then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from hub.domain.errors import NotFound
from hub.record.access.predicate import AccessContext
from hub.record.audit.trace import write_trace
from hub.record.db.clock import tick
from hub.record.read.current import read_several
from hub.record.read.slice import Slice, build_write_receipt
from hub.record.repository.base import RepositoryBase, kind_of
from hub.record.search.query.authorize import allow
from hub.record.subscriptions.register import remove
from hub.record.subscriptions.secret_reply import telling
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush
from hub.record.write.edit import create
from hub.record.write.transaction import WRITES, Entry, TransactionPlan, Written

# What is done after the writing, in its transaction: with its sight, and with the list of what was sought, for the trace of a
# transaction that comes to nothing.
Then = Callable[[Connection, AccessContext, list[str]], None]


class WriteMixin(RepositoryBase):
    """What is written."""

    def create(self, resource: dict[str, Any]) -> Slice:
        """Create a resource, under an id of the hub's. As this actor sees it then."""
        allow(self._actor, str(resource.get("resourceType", "")), "c")
        return self._write("create", lambda unit, access: [create(unit, access, resource)])[0].slice

    def edit(self, name: str, resource: dict[str, Any], if_match: str | None) -> Slice:
        """Change what this actor sees of `Type/id`, if it still sees the version `if_match`."""
        return self.write(Entry("PUT", name, resource, if_match)).slice

    def write(self, entry: Entry) -> Written:
        """One write, with the condition that may go with it, or a patch (https://hl7.org/fhir/R4/http.html#cond-update).

        Raises as `hub.record.write.edit` does, and Conflict `condition-several`."""
        entry.check(self._actor)
        _, action = WRITES[entry.method]
        with self._missing(action, [entry.sought]):
            return self._write(action, lambda unit, access: self._stage(unit, access, by_search=False).run([entry]))[0]

    def _transact(self, entries: list[Entry], then: Then | None = None) -> list[Written]:
        for entry in entries:
            entry.check(self._actor)
        sought = [entry.sought for entry in entries if entry.sought]
        after = None if then is None else lambda connection, access: then(connection, access, sought)
        with self._missing("transaction", sought):
            return self._write("transaction", lambda unit, access: self._stage(unit, access).run(entries), after)

    def delete(self, name: str, if_match: str | None) -> None:
        """End one's own Subscription (https://hl7.org/fhir/R4/http.html#delete): of nothing else can anyone take anything away.

        NotFound: hidden, absent, or of another type. Conflict: its owner sees another version than `if_match`."""
        allow(self._actor, name.partition("/")[0], "d")
        if not name.startswith("Subscription/"):
            raise NotFound
        with self._missing("delete", [name]), self._store.write() as connection:
            time = tick(connection, self._store.now())
            access = AccessContext(self._actor, time)
            remove(UnitOfWork(connection, time, self._store.new_id), access, name, if_match, self._store.seal_keys)
            write_trace(connection, self._store, access, "delete", "Subscription", [name])

    @property
    def _loopback(self) -> bool:
        """Whether endpoints on this machine are taken: where the hub itself is reached so, which settings allow in the demo."""
        return self._base.startswith("http://")

    def new_name(self, resource_type: str) -> str:
        """A `Type/id` for an entry to come."""
        return f"{resource_type}/{self._store.new_id(resource_type)}"

    def _stage(self, unit: UnitOfWork, access: AccessContext, *, by_search: bool = True) -> TransactionPlan:
        return TransactionPlan(unit, access, self._store.seal_keys, self._base, by_search)

    def _write(
        self,
        action: str,
        stage: Callable[[UnitOfWork, AccessContext], list[str]],
        then: Callable[[Connection, AccessContext], None] | None = None,
    ) -> list[Written]:
        with self._store.write() as connection:
            # The clock first: it is also the lock behind which all that follows is read and written.
            time = tick(connection, self._store.now())
            access = AccessContext(self._actor, time)
            unit = UnitOfWork(connection, time, self._store.new_id, keys=self._store.seal_keys, loopback=self._loopback)
            names = stage(unit, access)
            flush(unit)
            found = {one.name: one for one in read_several(connection, access, names, self._store.seal_keys)}
            shown = [found.get(name) or build_write_receipt(name, time, self._store.seal_keys) for name in names]
            if then is not None:
                then(connection, access)
            write_trace(connection, self._store, access, action, kind_of(names), names)
        told = [telling(one, unit.secrets.get(one.name)) for one in shown]
        return [Written(one, _is_new(unit, one.name), one.name in found) for one in told]


def _is_new(unit: UnitOfWork, name: str) -> bool:
    return name in unit.changes and unit.changes[name].before is None
