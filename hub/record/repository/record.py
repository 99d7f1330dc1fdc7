"""The one door into the record: `Record(store, actor)`. Nobody reads without an actor, and there is no default one.

Each method first refuses what scope or role never allow, reads or writes under the predicate, and returns only after its
trace is committed. What they have in common is in `opened`, what is read in `readings` and `wide`, what is written in `writings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hub.domain.errors import NotFound
from hub.record.access.session import ReadSession
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.repository.reads import ReadMixin
from hub.record.repository.searches import Page, SearchMixin
from hub.record.repository.writes import WriteMixin
from hub.record.search.query.authorize import allow
from hub.record.write.transaction import Entry, Written

__all__ = ["Page", "Record"]


class Record(ReadMixin, SearchMixin, WriteMixin):
    """The record as one actor sees it."""

    def transact(self, entries: list[Entry], then: Callable[[Record], None] | None = None) -> list[Written]:
        """All of `entries` or none (https://hl7.org/fhir/R4/http.html#transaction), in their order.

        `then` reads what stands after them, in the same transaction: if it raises, nothing was written."""
        if then is None:
            return self._transact(entries)
        return self._transact(entries, lambda session, sought: then(InTransaction(self, session, sought)))


class InTransaction(Record):
    """The record within the transaction that `outer` is writing: what it reads stands as that has left it."""

    def __init__(self, outer: Record, session: ReadSession, sought: list[str]) -> None:
        super().__init__(outer._store, outer._actor, outer._base)
        self._session, self._sought = session, sought

    @contextmanager
    def _reading(self, action: str, asked: str, letter: str) -> Iterator[tuple[ReadSession, list[str]]]:
        kind = asked.partition("/")[0]
        allow(self._actor, kind, letter)
        shown: list[str] = []
        try:
            yield self._session, shown
        except NotFound:
            # Its trace would be undone with the rest: whoever wrote says it.
            self._sought.append(asked)
            raise
        write_trace(self._session.connection, self._store, self._session, TraceEntry(action, kind, shown))
