"""The one door into the record: `Record(store, actor)`. Nobody reads without an actor, and there is no default one.

Each method first refuses what scope or role never allow, reads or writes under the predicate, and returns only after its
trace is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from hub.actor import Actor
from hub.errors import NotFound, Refused
from hub.record.alike import alike
from hub.record.allowed import allow, allow_parameters
from hub.record.cursor import Place, cursor_after, place_of, purpose_of
from hub.record.document import with_all_it_needs
from hub.record.editing import create
from hub.record.everything import directory_of, everything, read_wanted
from hub.record.journal import EVENT, find_events, index_traces, read_event, wanted_of
from hub.record.moments import tick
from hub.record.past import Past, past_of, past_of_type, past_wanted
from hub.record.reading import Slice, out_of_sight, read, read_rids, read_several, vread
from hub.record.search.includes import included
from hub.record.search.question import Question, read_question
from hub.record.search.run import Last, find
from hub.record.staging import Batch
from hub.record.store import Store
from hub.record.subscriptions.taking import remove
from hub.record.subscriptions.telling import telling
from hub.record.trace import note_reading, write_trace
from hub.record.transacting import WRITES, Entry, Stage, Written
from hub.record.visibility import Sight
from hub.record.wall import enter
from hub.record.writing import settle
from hub.slices import TYPES

_EVENTS = f"{EVENT}/"
# What is said of one moment by several statements.
_SEVERAL = frozenset({"search", "everything", "document", "match", "export"})


@dataclass(frozen=True)
class Page:
    """A page of a search. `next`: the sealed cursor of the next page. `asked`: what this request said; `question`: all that its
    pages answer, of which a cursor says the most."""

    slices: list[Slice]
    included: list[Slice]
    total: int | None
    next: str | None
    asked: list[tuple[str, str]]
    question: list[tuple[str, str]] = field(default_factory=list)


class Record:
    """The record as one actor sees it."""

    def __init__(self, store: Store, actor: Actor, base: str = "") -> None:
        """`base`: the FHIR base, so that absolute references to this hub are understood in searches."""
        self._store = store
        self._actor = actor
        self._base = base

    @property
    def actor(self) -> Actor:
        """Whom it was opened for."""
        return self._actor

    def read(self, name: str) -> Slice:
        """The present slice of `Type/id`. NotFound when hidden or absent (https://hl7.org/fhir/R4/http.html#read)."""
        with self._reading("read", name, "r") as (connection, sight, shown):
            if name.startswith(_EVENTS):
                # Whose journal was opened is noted, so that the reading stands in it too.
                found, patient = read_event(connection, sight, name, self._store.seal_keys)
                shown.append(patient)
            else:
                found = read(connection, sight, name, self._store.seal_keys)
                shown.append(name)
        return found

    def vread(self, name: str, version: str) -> Slice:
        """The slice of `Type/id` as it stood in `version`. NotFound also when the places are others now."""
        self._has_versions(name)
        with self._reading("vread", name, "r") as (connection, sight, shown):
            found = vread(connection, sight, name, version, self._store.seal_keys)
            shown.append(name)
        return found

    def history(self, name: str, asked: Sequence[tuple[str, str]] = (), *, cursor: str | None = None) -> Past:
        """A page of the versions of `Type/id` that this actor sees, or of all that are of `Type`, the newest first.

        NotFound for a name that is hidden or absent; Invalid at a parameter that histories do not take, and as `place_of`."""
        of_type = "/" not in name
        letter = "s" if of_type else "r"
        self._has_versions(name, letter)
        place, after = self._place(asked, cursor, "history", name)
        wanted = past_wanted(place.asked, of_type=of_type)
        with self._reading("history", name, letter) as (connection, sight, shown):
            told = past_of_type if of_type else past_of
            found = told(connection, sight, name, wanted, place.last, self._store.seal_keys)
            shown.extend(dict.fromkeys(one.slice.name for one in found.told) if of_type else [name])
        return Past(found.told, found.total, after(found.last), place.sent, place.asked)

    def search(self, resource_type: str, asked: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """A page of what matches. Invalid at a parameter that is not declared or that the role can never see, and as
        `place_of`."""
        allow(self._actor, resource_type, "s")
        place, after = self._place(asked, cursor, "search", resource_type)
        question = read_question(resource_type, place.asked)
        allow_parameters(self._actor, question)
        if resource_type == EVENT:
            return self._journal(question, place, after)
        keys = self._store.seal_keys
        with self._reading("search", resource_type, "s") as (connection, sight, shown):
            last = None if place.last is None else Last(*place.last)
            found = find(connection, sight, question, last, self._base)
            slices = read_rids(connection, sight, found.names, keys)
            types = frozenset(filter(self._may_read, TYPES)) if question.includes else frozenset[str]()
            more = read_rids(connection, sight, included(connection, sight, question, found.names, types), keys)
            shown.extend(one.name for one in (*slices, *more))
        return Page(slices, more, found.total, after(found.last), place.sent, place.asked)

    def _place(
        self, asked: Sequence[tuple[str, str]], cursor: str | None, *of: str
    ) -> tuple[Place, Callable[[object], str | None]]:
        """Where in the pages of what is `asked` this actor stands, and what makes a last row the cursor after it."""
        purpose, keys = purpose_of(self._actor, *of), self._store.seal_keys
        place = place_of(asked, cursor, purpose, keys)
        return place, lambda last: None if last is None else cursor_after(last, place.asked, purpose, keys)

    def _journal(self, question: Question, place: Place, after: Callable[[object], str | None]) -> Page:
        """A page of who opened a person's record, all that was traced until now."""
        wanted = wanted_of(question, self._base, self._store.seal_keys)
        index_traces(self._store)
        with self._reading("search", EVENT, "s") as (connection, sight, shown):
            found = find_events(connection, sight, wanted, place.last, self._store.seal_keys)
            more = read_several(connection, sight, self._allowed(found.included), self._store.seal_keys)
            shown.extend(dict.fromkeys([*found.persons, *(one.name for one in more)]))
        return Page(found.slices, more, found.total, after(found.last), place.sent, place.asked)

    def everything(self, patient: str, asked: list[tuple[str, str]], *, cursor: str | None = None) -> Page:
        """A page of all that this actor sees of `patient`, with the directory entries named there as `included`.

        NotFound when it does not see the Patient. Invalid at a parameter that the operation has not, and as `place_of`."""
        allow(self._actor, "Patient", "r")
        place, after = self._place(asked, cursor, "everything", patient)
        wanted = read_wanted(place.asked)
        wanted = replace(wanted, types=frozenset(filter(self._may_read, wanted.types)))
        keys = self._store.seal_keys
        with self._reading("everything", patient, "r") as (connection, sight, shown):
            slices, last = everything(connection, sight, patient, wanted, place.last, keys)
            named = [name for name in directory_of(slices) if name.partition("/")[0] in wanted.types]
            entries = read_several(connection, sight, named, keys)
            shown.extend(one.name for one in (*slices, *entries))
        return Page(slices, entries, None, after(last), place.sent, place.asked)

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
        keys, last = self._store.seal_keys, None
        while True:
            with self._reading("export", resource_type, "r") as (connection, sight, shown):
                found = find(connection, sight, question, last, self._base)
                slices = read_rids(connection, sight, found.names, keys)
                shown.extend(one.name for one in slices)
            yield slices
            last = found.last
            if last is None:
                return

    def create(self, resource: dict[str, Any]) -> Slice:
        """Create a resource, under an id of the hub's. As this actor sees it then."""
        allow(self._actor, str(resource.get("resourceType", "")), "c")
        return self._write("create", lambda batch, sight: [create(batch, sight, resource)])[0].slice

    def edit(self, name: str, resource: dict[str, Any], if_match: str | None) -> Slice:
        """Change what this actor sees of `Type/id`, if it still sees the version `if_match`."""
        return self.write(Entry("PUT", name, resource, if_match)).slice

    def write(self, entry: Entry) -> Written:
        """One write, with the condition that may go with it, or a patch (https://hl7.org/fhir/R4/http.html#cond-update).

        Raises as `hub.record.editing` does, and Conflict `condition-several`."""
        entry.check(self._actor)
        _, action = WRITES[entry.method]
        with self._missing(action, [entry.sought]):
            return self._write(action, lambda batch, sight: self._stage(batch, sight, by_search=False).run([entry]))[0]

    def transact(self, entries: list[Entry], then: Callable[[Record], None] | None = None) -> list[Written]:
        """All of `entries` or none (https://hl7.org/fhir/R4/http.html#transaction), in their order.

        `then` reads what stands after them, in the same transaction: if it raises, nothing was written."""
        for entry in entries:
            entry.check(self._actor)
        sought = [entry.sought for entry in entries if entry.sought]
        with self._missing("transaction", sought):
            return self._write("transaction", lambda batch, sight: self._stage(batch, sight).run(entries), then, sought)

    def delete(self, name: str, if_match: str | None) -> None:
        """End one's own Subscription (https://hl7.org/fhir/R4/http.html#delete): of nothing else can anyone take anything away.

        NotFound: hidden, absent, or of another type. Conflict: its owner sees another version than `if_match`."""
        allow(self._actor, name.partition("/")[0], "d")
        if not name.startswith("Subscription/"):
            raise NotFound
        with self._missing("delete", [name]), self._store.write() as connection:
            time = tick(connection, self._store.now())
            sight = Sight(self._actor, time)
            remove(Batch(connection, time, self._store.new_id), sight, name, if_match, self._store.seal_keys)
            write_trace(connection, self._store, sight, "delete", "Subscription", [name])

    @property
    def _loopback(self) -> bool:
        """Whether endpoints on this machine are taken: where the hub itself is reached so, which settings allow in the demo."""
        return self._base.startswith("http://")

    def new_name(self, resource_type: str) -> str:
        """A `Type/id` for an entry to come."""
        return f"{resource_type}/{self._store.new_id(resource_type)}"

    def _stage(self, batch: Batch, sight: Sight, *, by_search: bool = True) -> Stage:
        return Stage(batch, sight, self._store.seal_keys, self._base, by_search)

    def _allowed(self, names: list[str]) -> list[str]:
        """Those of a type that scope and role let this actor read: a hop narrows as a read does (`leaks.md` L43)."""
        return [name for name in names if self._may_read(name.partition("/")[0])]

    def _may_read(self, resource_type: str) -> bool:
        try:
            allow(self._actor, resource_type, "r")
        except Refused:
            return False
        return True

    def _has_versions(self, name: str, letter: str = "r") -> None:
        """Refused `not-offered` for what never changes: an event of the journal."""
        kind = name.partition("/")[0]
        allow(self._actor, kind, letter)
        if kind == EVENT:
            raise Refused("not-offered")

    @contextmanager
    def _reading(self, action: str, asked: str, letter: str) -> Iterator[tuple[Any, Sight, list[str]]]:
        allow(self._actor, asked.partition("/")[0], letter)
        sight = Sight(self._actor, self._store.now())
        shown: list[str] = []
        kind = asked.partition("/")[0]
        try:
            several = action in _SEVERAL or "/" not in asked
            with self._store.read() if several else self._store.at_once() as connection:
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

    def _write(
        self,
        action: str,
        stage: Callable[[Batch, Sight], list[str]],
        then: Callable[[Record], None] | None = None,
        sought: list[str] | None = None,
    ) -> list[Written]:
        with self._store.write() as connection:
            # The clock first: it is also the lock behind which all that follows is read and written.
            time = tick(connection, self._store.now())
            sight = Sight(self._actor, time)
            batch = Batch(connection, time, self._store.new_id, keys=self._store.seal_keys, loopback=self._loopback)
            names = stage(batch, sight)
            settle(batch)
            found = {one.name: one for one in read_several(connection, sight, names, self._store.seal_keys)}
            shown = [found.get(name) or out_of_sight(name, time, self._store.seal_keys) for name in names]
            if then is not None:
                then(_Within(self, connection, sight, sought))
            write_trace(connection, self._store, sight, action, _kind(names), names)
        told = [telling(one, batch.secrets.get(one.name)) for one in shown]
        return [Written(one, _is_new(batch, one.name), one.name in found) for one in told]


class _Within(Record):
    """The record within the transaction that `outer` is writing: what it reads stands as that has left it."""

    def __init__(self, outer: Record, connection: Connection, sight: Sight, sought: list[str] | None) -> None:
        super().__init__(outer._store, outer._actor, outer._base)
        self._connection, self._sight = connection, sight
        self._sought = [] if sought is None else sought

    @contextmanager
    def _reading(self, action: str, asked: str, letter: str) -> Iterator[tuple[Any, Sight, list[str]]]:
        allow(self._actor, asked.partition("/")[0], letter)
        shown: list[str] = []
        try:
            yield self._connection, self._sight, shown
        except NotFound:
            # Its trace would be undone with the rest: whoever wrote says it.
            self._sought.append(asked)
            raise
        write_trace(self._connection, self._store, self._sight, action, asked.partition("/")[0], shown)


def _is_new(batch: Batch, name: str) -> bool:
    return name in batch.changes and batch.changes[name].before is None


def _kind(names: Iterable[str]) -> str:
    kinds = {name.partition("/")[0] for name in names}
    return kinds.pop() if len(kinds) == 1 else ""
