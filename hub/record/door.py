"""The one door into the record: `Record(store, actor)`. Nobody reads without an actor, and there is no default one.

Each method first refuses what scope or role never allow, reads or writes under the predicate, and returns only after its
trace is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from hub.actor import Actor
from hub.errors import NotFound, Refused
from hub.record.alike import alike
from hub.record.allowed import allow, allow_parameters
from hub.record.document import with_all_it_needs
from hub.record.editing import create, edit
from hub.record.everything import directory_of, everything, read_wanted
from hub.record.moments import tick
from hub.record.reading import Slice, history, out_of_sight, read, read_rids, read_several, vread
from hub.record.search.question import read_question
from hub.record.search.run import find, included
from hub.record.staging import Batch
from hub.record.store import Store
from hub.record.trace import note_reading, write_trace
from hub.record.visibility import Sight
from hub.record.wall import enter
from hub.record.writing import settle
from hub.slices import DIRECTORY_TYPES

# What is said of one moment by several statements.
_SEVERAL = frozenset({"search", "everything", "document", "match", "export"})


@dataclass(frozen=True)
class Entry:
    """One write of a transaction. POST: `name` is the `Type/id` assigned ahead; PUT: the resource's own."""

    method: str
    name: str
    resource: dict[str, Any]
    if_match: str | None = None


@dataclass(frozen=True)
class Page:
    """A page of a search. `asked`: the caller's own parameters. `next`: the sealed cursor of the next page."""

    slices: list[Slice]
    included: list[Slice]
    total: int | None
    next: str | None
    asked: list[tuple[str, str]]


class Record:
    """The record as one actor sees it."""

    def __init__(self, store: Store, actor: Actor, base: str = "") -> None:
        """`base`: the FHIR base, so that absolute references to this hub are understood in searches."""
        self._store = store
        self._actor = actor
        self._base = base

    def read(self, name: str) -> Slice:
        """The present slice of `Type/id`. NotFound when hidden or absent (https://hl7.org/fhir/R4/http.html#read)."""
        with self._reading("read", name, "r") as (connection, sight, shown):
            found = read(connection, sight, name, self._store.seal_keys)
            shown.append(name)
        return found

    def vread(self, name: str, version: str) -> Slice:
        """The slice of `Type/id` as it stood in `version`. NotFound also when the places are others now."""
        with self._reading("vread", name, "r") as (connection, sight, shown):
            found = vread(connection, sight, name, version, self._store.seal_keys)
            shown.append(name)
        return found

    def history(self, name: str) -> list[Slice]:
        """Every version that this actor sees, the newest first."""
        with self._reading("history", name, "r") as (connection, sight, shown):
            found = history(connection, sight, name, self._store.seal_keys)
            shown.append(name)
        return found

    def search(self, resource_type: str, asked: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """A page of what matches. Invalid at a parameter that is not declared or that the role can never see."""
        allow(self._actor, resource_type, "s")
        question = read_question(resource_type, asked)
        allow_parameters(self._actor, question)
        keys = self._store.seal_keys
        with self._reading("search", resource_type, "s") as (connection, sight, shown):
            found = find(connection, sight, question, cursor, keys, self._base)
            slices = read_rids(connection, sight, found.names, keys)
            more = read_several(
                connection, sight, self._allowed(included(connection, sight, question, found.names.values())), keys
            )
            shown.extend(one.name for one in (*slices, *more))
        return Page(slices, more, found.total, found.next, list(question.asked))

    def everything(self, patient: str, asked: list[tuple[str, str]]) -> Page:
        """A page of all that this actor sees of `patient`, with the directory entries named there as `included`.

        NotFound when it does not see the Patient. Invalid at a parameter that the operation has not."""
        allow(self._actor, "Patient", "r")
        wanted = read_wanted(asked)
        wanted = replace(wanted, types=frozenset(filter(self._may_read, wanted.types)))
        keys = self._store.seal_keys
        with self._reading("everything", patient, "r") as (connection, sight, shown):
            slices, more = everything(connection, sight, patient, wanted, keys)
            named = [name for name in directory_of(slices) if name.partition("/")[0] in wanted.types]
            entries = read_several(connection, sight, named, keys)
            shown.extend(one.name for one in (*slices, *entries))
        return Page(slices, entries, None, more, list(wanted.asked))

    def document(self, plan: str) -> list[Slice]:
        """What a document of `plan` is made of, the plan first. NotFound when it is hidden or absent."""
        with self._reading("document", plan, "r") as (connection, sight, shown):
            found = with_all_it_needs(connection, sight, plan, self._actor.party, self._store.seal_keys, self._allowed)
            shown.extend(one.name for one in found)
        return found

    def match(
        self,
        families: Iterable[str],
        days: Iterable[str],
        numbers: Iterable[str],
        keep: Callable[[list[Slice]], list[Slice]],
    ) -> list[Slice]:
        """Those whom `keep` leaves of the Patients, seen by this actor, that have a family name, a birth date or a number in
        common with someone. ValueError when a day is none."""
        allow(self._actor, "Patient", "s")
        with self._reading("match", "Patient", "r") as (connection, sight, shown):
            kept = keep(alike(connection, sight, families, days, numbers, self._store.seal_keys))
            shown.extend(one.name for one in kept)
        return kept

    def exported(self, resource_type: str, asked: list[tuple[str, str]]) -> Iterator[list[Slice]]:
        """All that this actor sees of a type, page by page: each page is judged when its turn comes, and leaves its trace."""
        allow(self._actor, resource_type, "s")
        question = read_question(resource_type, asked)
        keys, cursor = self._store.seal_keys, None
        while True:
            with self._reading("export", resource_type, "r") as (connection, sight, shown):
                found = find(connection, sight, question, cursor, keys, self._base)
                slices = read_rids(connection, sight, found.names, keys)
                shown.extend(one.name for one in slices)
            yield slices
            cursor = found.next
            if cursor is None:
                return

    def create(self, resource: dict[str, Any]) -> Slice:
        """Create a resource, under an id of the hub's. As this actor sees it then."""
        allow(self._actor, str(resource.get("resourceType", "")), "c")
        return self._write("create", lambda batch, sight: [create(batch, sight, resource)])[0]

    def edit(self, name: str, resource: dict[str, Any], if_match: str | None) -> Slice:
        """Change what this actor sees of `Type/id`, if it still sees the version `if_match`."""
        allow(self._actor, name.partition("/")[0], "u")
        keys = self._store.seal_keys
        with self._missing("update", [name]):
            return self._write("update", lambda batch, sight: [edit(batch, sight, name, resource, if_match, keys)])[0]

    def transact(self, entries: list[Entry]) -> list[Slice]:
        """All of `entries` or none (https://hl7.org/fhir/R4/http.html#transaction), in their order."""
        for entry in entries:
            allow(self._actor, entry.name.partition("/")[0], "c" if entry.method == "POST" else "u")
        with self._missing("transaction", [entry.name for entry in entries if entry.method != "POST"]):
            return self._write("transaction", lambda batch, sight: list(self._stage(batch, sight, entries)))

    def new_name(self, resource_type: str) -> str:
        """A `Type/id` for an entry to come."""
        return f"{resource_type}/{self._store.new_id(resource_type)}"

    def _stage(self, batch: Batch, sight: Sight, entries: list[Entry]) -> Iterator[str]:
        batch.ahead = frozenset(entry.name for entry in entries if entry.method == "POST")
        for entry in _targets_first(entries):
            if entry.method == "POST":
                create(batch, sight, entry.resource | {"id": entry.name.partition("/")[2]})
            else:
                edit(batch, sight, entry.name, entry.resource, entry.if_match, self._store.seal_keys)
        yield from (entry.name for entry in entries)

    def _allowed(self, names: list[str]) -> list[str]:
        """Those of a type that scope and role let this actor read: a hop narrows as a read does (`leaks.md` L43)."""
        return [name for name in names if self._may_read(name.partition("/")[0])]

    def _may_read(self, resource_type: str) -> bool:
        try:
            allow(self._actor, resource_type, "r")
        except Refused:
            return False
        return True

    @contextmanager
    def _reading(self, action: str, asked: str, letter: str) -> Iterator[tuple[Any, Sight, list[str]]]:
        allow(self._actor, asked.partition("/")[0], letter)
        sight = Sight(self._actor, self._store.now())
        shown: list[str] = []
        kind = asked.partition("/")[0]
        try:
            with self._store.read() if action in _SEVERAL else self._store.at_once() as connection:
                if self._store.on_postgres:
                    enter(connection, sight)
                yield connection, sight, shown
        except NotFound:
            note_reading(self._store, sight, action, kind, (), asked)
            raise
        note_reading(self._store, sight, action, kind, shown)

    @contextmanager
    def _missing(self, action: str, names: list[str]) -> Iterator[None]:
        """To ask for what is not there, or hidden, leaves its trace in writing as in reading."""
        try:
            yield
        except NotFound:
            sight = Sight(self._actor, self._store.now())
            note_reading(self._store, sight, action, _kind(names), (), " ".join(names))
            raise

    def _write(self, action: str, stage: Any) -> list[Slice]:
        with self._store.write() as connection:
            # The clock first: it is also the lock behind which all that follows is read and written.
            time = tick(connection, self._store.now())
            sight = Sight(self._actor, time)
            batch = Batch(connection, time, self._store.new_id)
            names: list[str] = stage(batch, sight)
            settle(batch)
            found = {one.name: one for one in read_several(connection, sight, names, self._store.seal_keys)}
            shown = [found.get(name) or out_of_sight(name, time, self._store.seal_keys) for name in names]
            write_trace(connection, self._store, sight, action, _kind(names), names)
        return shown


def _kind(names: Iterable[str]) -> str:
    kinds = {name.partition("/")[0] for name in names}
    return kinds.pop() if len(kinds) == 1 else ""


def _targets_first(entries: list[Entry]) -> list[Entry]:
    """Patients before what speaks of them, the directory before all: a pen is judged on what stands already."""
    rank = {"Patient": 1}
    return sorted(
        entries, key=lambda entry: 0 if (kind := entry.name.partition("/")[0]) in DIRECTORY_TYPES else rank.get(kind, 2)
    )
