"""How a fault is put into the running code: on the way of statements to the database, and in the place of functions."""

from __future__ import annotations

import re
import sqlite3.dbapi2
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial, wraps
from typing import Any
from unittest import mock

from hub.domain.errors import HubError
from hub.record.access.session import ReadSession
from hub.record.read import current
from hub.record.read.slice import Slice
from hub.record.repository.record import Record
from tests.worlds.twin import Rewriting

Rewrite = Callable[[str], str]

TRUE = "1 = 1"
_WITHHELD = re.compile(r"NOT \(EXISTS \(SELECT 1 \nFROM withheld AS \w+ \nWHERE ")


def person_of(sql: str, rows: str = r"\w+") -> str:
    """`sql` as if a right were for everybody's record."""
    return re.sub(rf"\bgrant_\w*\.person = ({rows})\.person", TRUE, sql)


def places_of(sql: str, rows: str = r"\w+", needs: str = "needs", right: str = "sees") -> str:
    """`sql` as if every right saw the places of `rows`."""
    return re.sub(rf"\bgrant_\w*\.{right} & ({rows})\.{needs} = \1\.{needs}", TRUE, sql)


def domains_of(sql: str, rows: str = r"\w+") -> str:
    return re.sub(rf"\bgrant_\w*\.domains & ({rows})\.domain = \1\.domain", TRUE, sql)


def withheld_of(sql: str) -> str:
    """`sql` as if nothing were withheld from anybody."""
    return _WITHHELD.sub(lambda found: f"{found[0]}1 = 0 AND ", sql)


def nothing_hidden(sql: str, rows: str = r"\w+") -> str:
    """`sql` without the predicate on `rows`."""
    return withheld_of(domains_of(places_of(person_of(sql, rows), rows), rows))


@contextmanager
def rewritten(rewrite: Rewrite) -> Iterator[None]:
    """Every statement of SQLite goes through `rewrite`, of connections that are opened from now on and of the worlds'."""
    connect = partial(sqlite3.dbapi2.connect, factory=Rewriting)
    with (
        mock.patch.object(sqlite3.dbapi2, "connect", connect),
        mock.patch.object(Rewriting, "rewrite", staticmethod(rewrite)),
    ):
        yield


def statements(rewrite: Rewrite) -> Callable[[], Any]:
    """The fault by which statements go through `rewrite`."""
    return partial(rewritten, rewrite)


class Eyes:
    """Open while something is read without the predicate."""

    def __init__(self) -> None:
        self.depth = 0
        self.record: Record | None = None

    def rewrite(self, sql: str) -> str:
        return nothing_hidden(sql) if self.depth else sql

    @contextmanager
    def opened(self, when: bool = True) -> Iterator[None]:
        self.depth += when
        try:
            yield
        finally:
            self.depth -= when

    def whole(self, name: str) -> Slice | None:
        """The resource with nothing hidden, in the record that was opened last."""
        if self.record is None:
            return None
        store = self.record._store
        with self.opened(), store.autocommit() as connection:
            try:
                session = ReadSession(self.record._actor, store.now(), connection, store.seal_keys)
                return current.read(session, name)
            except HubError:
                return None


EYES = Eyes()


@contextmanager
def seeing() -> Iterator[Eyes]:
    """`EYES` that can be opened, and that know the record at hand."""
    made = Record.__init__

    @wraps(made)
    def known(self: Record, *given: Any, **named: Any) -> None:
        made(self, *given, **named)
        EYES.record = self

    with rewritten(EYES.rewrite), mock.patch.object(Record, "__init__", known):
        yield EYES


def blindly(function: Callable[..., Any], when: Callable[..., bool] = lambda *_given, **_named: True) -> Any:
    """`function` without the predicate, `when` its arguments say so."""

    @wraps(function)
    def without(*given: Any, **named: Any) -> Any:
        with EYES.opened(when(*given, **named)):
            return function(*given, **named)

    return without


@contextmanager
def everywhere(*pairs: tuple[Any, Any]) -> Iterator[None]:
    """Each function by another one, in every module of the hub that knows it."""
    import hub.app  # noqa: F401 - so that all doors are there

    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("hub."):
                for original, other in pairs:
                    for attribute in [one for one, found in vars(module).items() if found is original]:
                        stack.enter_context(mock.patch.object(module, attribute, other))
        yield


def swapped(original: Any, other: Callable[[Any], Any]) -> Callable[[], Any]:
    """The fault by which `original` is `other(original)` everywhere; the predicate can be left out meanwhile."""

    @contextmanager
    def put() -> Iterator[None]:
        with seeing(), everywhere((original, other(original))):
            yield

    return put


def replaced(owner: Any, name: str, other: Callable[[Any], Any]) -> Callable[[], Any]:
    """The fault by which the attribute `name` of a module or a class is `other` of it."""

    @contextmanager
    def put() -> Iterator[None]:
        with seeing(), mock.patch.object(owner, name, other(getattr(owner, name))):
            yield

    return put


def all_of(*faults: Callable[[], Any]) -> Callable[[], Any]:
    """Several as one."""

    @contextmanager
    def put() -> Iterator[None]:
        with ExitStack() as stack:
            for fault in faults:
                stack.enter_context(fault())
            yield

    return put
