"""The record opened for one actor: what every way through the door (`hub.record.repository.record`) has in common.

What scope or role never allow is refused before anything is read; what is read is read under the actor's sight; and nothing
leaves before its trace is committed, in vain or not.
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
from hub.record.db.store import Store
from hub.record.read.cursor import PagePosition, cursor_after, place_of, purpose_of
from hub.record.search.query.authorize import allow

# What is said of one moment by several statements.
_SEVERAL = frozenset({"search", "everything", "document", "match", "export"})


class RepositoryBase:
    """The record as one actor sees it, without a way in yet."""

    def __init__(self, store: Store, actor: Actor, base: str = "") -> None:
        """`base`: the FHIR base, so that absolute references to this hub are understood in searches."""
        self._store = store
        self._actor = actor
        self._base = base

    @property
    def actor(self) -> Actor:
        """Whom it was opened for."""
        return self._actor

    @property
    def base_url(self) -> str:
        """The FHIR base of this hub."""
        return self._base

    @contextmanager
    def _reading(self, action: str, asked: str, letter: str) -> Iterator[tuple[ReadSession, list[str]]]:
        """A session to read in, and the list for the names of what it shows, which are traced at its end.

        `asked`: a type or `Type/id`. Refused when the actor may not do `letter` (of `cruds`) with the type."""
        kind = asked.partition("/")[0]
        allow(self._actor, kind, letter)
        now = self._store.now()
        shown: list[str] = []
        try:
            several = action in _SEVERAL or "/" not in asked
            with self._store.read() if several else self._store.autocommit() as connection:
                session = ReadSession(self._actor, now, connection, self._store.seal_keys)
                if self._store.on_postgres:
                    set_rls_context(session)
                yield session, shown
        except NotFound:
            note_reading(self._store, session, TraceEntry(action, kind, (), asked))
            raise
        note_reading(self._store, session, TraceEntry(action, kind, shown))

    @contextmanager
    def _missing(self, action: str, names: list[str]) -> Iterator[None]:
        """To ask for what is not there, or hidden, leaves its trace in writing as in reading."""
        try:
            yield
        except NotFound:
            access = AccessContext(self._actor, self._store.now())
            note_reading(self._store, access, TraceEntry(action, kind_of(names), (), " ".join(names)))
            raise

    def _place(
        self, asked: Sequence[tuple[str, str]], cursor: str | None, *of: str
    ) -> tuple[PagePosition, Callable[[object], str | None]]:
        """Where in the pages of what is `asked` this actor stands, and what makes a last row the cursor after it."""
        purpose, keys = purpose_of(self._actor, *of), self._store.seal_keys
        place = place_of(asked, cursor, purpose, keys)
        return place, lambda last: None if last is None else cursor_after(last, place.asked, purpose, keys)

    def _allowed(self, names: list[str]) -> list[str]:
        """Those of a type that scope and role let this actor read: a hop narrows as a read does (`docs/leaks.md` L43)."""
        return [name for name in names if self._may_read(name.partition("/")[0])]

    def _may_read(self, resource_type: str) -> bool:
        try:
            allow(self._actor, resource_type, "r")
        except Refused:
            return False
        return True


def kind_of(names: Iterable[str]) -> str:
    """The type of all of `names`, or "" when they are of several."""
    kinds = {name.partition("/")[0] for name in names}
    return kinds.pop() if len(kinds) == 1 else ""
