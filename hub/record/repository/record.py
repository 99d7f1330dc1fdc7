"""`Record(store, actor)`: the only way to read and write the record. Every access has an actor; there is no default one.

Each method first refuses what scope or role never allow, reads or writes under the predicate, and returns only after its
trace is committed. The methods are in `reads`, `searches` and `writes`, what they have in common in `base`.
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
        """Write all of `entries` or none (https://hl7.org/fhir/R4/http.html#transaction); return the results in their order.

        `then` reads the written state in the same transaction; if it raises, nothing is written."""
        if then is None:
            return self._transact(entries)
        return self._transact(entries, lambda session, missing: then(InTransaction(self, session, missing)))


class InTransaction(Record):
    """The record within the open transaction of `outer`: it reads what that transaction has written."""

    def __init__(self, outer: Record, session: ReadSession, missing: list[str]) -> None:
        super().__init__(outer._store, outer._actor, outer._base)
        self._session, self._sought = session, missing

    @contextmanager
    def _open_reading(self, action: str, params: str, letter: str) -> Iterator[tuple[ReadSession, list[str]]]:
        kind = params.partition("/")[0]
        allow(self._actor, kind, letter)
        names_read: list[str] = []
        try:
            yield self._session, names_read
        except NotFound:
            # A trace in this transaction would be rolled back with it, so that the writer traces the name afterwards.
            self._sought.append(params)
            raise
        write_trace(self._session.connection, self._store, self._session, TraceEntry(action, kind, names_read))
