"""What all methods of `hub.record.repository.record.Record` have in common: access checks, read sessions and traces.

What scope or role never allow is refused before anything is read. Every read runs under the actor's predicate. Nothing is
returned before its trace is committed, also when nothing was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from hub.domain.actor import Actor
from hub.domain.errors import NotFound, Refused
from hub.record.access.predicate import AccessContext
from hub.record.access.row_level_security import set_rls_context
from hub.record.access.session import ReadSession
from hub.record.audit.trace import TraceEntry, note_reading
from hub.record.db.limits import get_reading_seconds
from hub.record.db.store import Store
from hub.record.read.cursor import PagePosition, build_cursor_after, build_purpose, read_position
from hub.record.search.query.authorize import allow

# Actions of several statements, which need one transaction so that all read the same state.
_SEVERAL = frozenset({"search", "everything", "document", "match", "export"})


class RepositoryBase:
    """The record as one actor sees it, without public methods to read or write."""

    def __init__(self, store: Store, actor: Actor, base: str = "") -> None:
        """`base`: the FHIR base URL, by which searches recognise absolute references to this hub."""
        self._store = store
        self._actor = actor
        self._base = base

    @property
    def actor(self) -> Actor:
        """The actor for whom the record was opened."""
        return self._actor

    @property
    def base_url(self) -> str:
        """The FHIR base URL of this hub."""
        return self._base

    @contextmanager
    def _open_reading(self, action: str, target: str, letter: str) -> Iterator[tuple[ReadSession, list[str]]]:
        """Open a read session; yield it and a list to which the caller adds the names it returns. They are traced at the end.

        `target`: a type or `Type/id`. Raises Refused when the actor may not do `letter` (of `cruds`) with the type."""
        kind = target.partition("/")[0]
        allow(self._actor, kind, letter)
        now = self._store.get_time()
        names_read: list[str] = []
        try:
            # On PostgreSQL each statement reads its own moment, in a transaction or not (READ COMMITTED).
            several = not self._store.on_postgres and (action in _SEVERAL or "/" not in target)
            with self._store.read() if several else self._store.autocommit() as connection:
                session = ReadSession(self._actor, now, connection, self._store.seal_keys)
                if self._store.on_postgres:
                    set_rls_context(session, get_reading_seconds(action))
                yield session, names_read
        except NotFound:
            note_reading(self._store, session, TraceEntry(action, kind, (), target))
            raise
        note_reading(self._store, session, TraceEntry(action, kind, names_read))

    @contextmanager
    def _trace_missing(self, action: str, names: list[str]) -> Iterator[None]:
        """Trace `names` when a write raises NotFound, as for a read."""
        try:
            yield
        except NotFound:
            access = AccessContext(self._actor, self._store.get_time())
            note_reading(self._store, access, TraceEntry(action, get_common_type(names), (), " ".join(names)))
            raise

    def _open_page(
        self, params: Sequence[tuple[str, str]], cursor: str | None, *topic: str
    ) -> tuple[PagePosition, Callable[[object], str | None]]:
        """Return the position in the pages of `params`, and a function that builds the cursor after a last row."""
        purpose, keys = build_purpose(self._actor, *topic), self._store.seal_keys
        place = read_position(params, cursor, purpose, keys)
        return place, lambda last: None if last is None else build_cursor_after(last, place.asked, purpose, keys)

    def _filter_readable(self, names: list[str]) -> list[str]:
        """Return those of `names` whose type scope and role let the actor read, as for a direct read (`docs/leaks.md` L43)."""
        return [name for name in names if self._may_read(name.partition("/")[0])]

    def _may_read(self, resource_type: str) -> bool:
        try:
            allow(self._actor, resource_type, "r")
        except Refused:
            return False
        return True


def get_common_type(names: Iterable[str]) -> str:
    """Return the type that all of `names` have, or "" when they have several."""
    kinds = {name.partition("/")[0] for name in names}
    return kinds.pop() if len(kinds) == 1 else ""
