"""Stage the entries of a transaction: https://hl7.org/fhir/R4/http.html#trules.

Conditions are resolved first, against the record before the transaction; then links and conditional references, as searches
of the actor (`docs/leaks.md` L69); then creates, updates and patches are staged. Errors name the place of their entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from hub.domain.actor import Actor
from hub.domain.errors import Conflict, Invalid, NotFound, Problem
from hub.domain.resource_types import DIRECTORY_TYPES
from hub.record.read.preconditions import Preconditions
from hub.record.read.slice import Slice
from hub.record.search.query.authorize import allow
from hub.record.unit_of_work.prefetch import prefetch
from hub.record.write.conditional import Condition, check_condition, find_unique
from hub.record.write.edit import Patch, create, edit, patch
from hub.record.write.links import LinkResolver
from hub.record.write.writer import Writer

# Method → (the letter of its scope, the action in the trace).
WRITES = {"POST": ("c", "create"), "PUT": ("u", "update"), "PATCH": ("u", "patch")}


@dataclass(frozen=True)
class Entry:
    """One write. `name`: the `Type/id` of the resource; a new one where the write may create it. `condition`: the search for
    the resource to write, or for one that must not exist. PATCH has `apply_patch` instead of `resource`. `place`: of the
    entry in the Bundle, for errors."""

    method: str
    name: str
    resource: dict[str, Any]
    if_match: str | None = None
    condition: Condition | None = None
    apply_patch: Patch | None = None
    place: str = ""
    if_none_match: tuple[str, ...] = ()
    unmodified_since: int | None = None

    @property
    def preconditions(self) -> Preconditions:
        return Preconditions(self.if_match, self.if_none_match, self.unmodified_since)

    @property
    def type(self) -> str:
        return self.name.partition("/")[0]

    @property
    def sought(self) -> str:
        """The name or type that a trace records when the resource is missing, or "" for a POST."""
        if self.method == "POST":
            return ""
        return self.name if self.condition is None else self.type

    def check(self, actor: Actor) -> None:
        """Raise Refused or Invalid for what `actor` may never write or search, before anything is read.

        A conditional PUT needs the scopes of update and of create (`docs/security.md` RS-4)."""
        allow(actor, self.type, WRITES[self.method][0])
        if self.condition is not None:
            if self.method == "PUT":
                allow(actor, self.type, "c")
            with locate_errors(self.place, "request"):
                check_condition(actor, self.type, self.condition)


class Written(NamedTuple):
    """The result of an entry: the slice that its author sees, or a receipt if it is not `seen`; whether it was created."""

    slice: Slice
    created: bool
    seen: bool = True


@dataclass
class TransactionPlan:
    """Plans and stages the writes of one request. `base`: the FHIR base URL of absolute references in conditions.
    `by_search`: conditional references are allowed, as in transactions only."""

    writer: Writer
    base: str
    by_search: bool = True

    def run(self, entries: list[Entry]) -> list[str]:
        """Stage all of `entries` and return the `Type/id` of each resource, in their order.

        Raises as `create`, `edit`, `patch` and `find_unique`, with Invalid and Conflict at the entry's place; Invalid
        `entry-twice` when two entries write the same resource (#trules)."""
        matched = [self._match(entry) for entry in entries]
        names = [match or entry.name for entry, match in zip(entries, matched, strict=True)]
        planned = [
            _PlannedWrite(entry, name, match is not None or (entry.method != "POST" and entry.condition is None))
            for entry, name, match in zip(entries, names, matched, strict=True)
        ]
        writes = [write for write in planned if write.entry.method != "POST" or not write.known]
        _check_each_once(writes)
        renamed = {e.name: name for e, name in zip(entries, names, strict=True) if e.name != name}
        links = LinkResolver(renamed, self.search if self.by_search else None, self.writer.actor)
        self.writer.unit.targets.ahead = frozenset(write.name for write in writes if not write.known)
        edited = [write.name for write in writes if write.known]
        prefetch(self.writer.unit, self.writer.view, [write.entry.resource for write in writes], edited)
        for write in sorted(writes, key=_get_order):
            with locate_errors(write.entry.place):
                self._write(write, links)
        return names

    def search(self, resource_type: str, condition: Condition) -> str | None:
        return find_unique(self.writer.session, resource_type, condition, self.base)

    def _match(self, entry: Entry) -> str | None:
        if entry.condition is None:
            return None
        with locate_errors(entry.place, "request"):
            return self.search(entry.type, entry.condition)

    def _write(self, write: _PlannedWrite, links: LinkResolver) -> None:
        entry = write.entry
        if entry.apply_patch is not None:
            if not write.known:
                raise NotFound
            amend = entry.apply_patch
            patch(self.writer, write.name, lambda original: links.resolve(amend(original)), entry.preconditions)
            return
        resource = links.resolve(entry.resource)
        if write.known:
            edit(self.writer, write.name, resource, entry.preconditions)
            return
        if entry.if_match is not None:
            raise Conflict("version-conflict")
        create(self.writer, resource | {"id": write.name.partition("/")[2]})


@dataclass(frozen=True)
class _PlannedWrite:
    """An entry and the `Type/id` that it writes. `known`: it changes a resource that the actor named, or that its condition
    matched."""

    entry: Entry
    name: str
    known: bool


def _check_each_once(writes: list[_PlannedWrite]) -> None:
    met: set[object] = set()
    for write in writes:
        # Two conditional creates with the same condition would both create, as neither finds the other.
        same: set[object] = {write.name} | (
            {(write.entry.type, *write.entry.condition)} if write.entry.condition else set()
        )
        if met & same:
            raise Invalid("entry-twice", where=write.entry.place)
        met |= same


def _get_order(write: _PlannedWrite) -> tuple[bool, int]:
    """Return the sort key of a write: creates first, then by type: the directory, Patients, all others.

    The write rights on a resource depend on its directory entries and its Patient, which must be staged before it."""
    kind = write.name.partition("/")[0]
    return write.entry.method != "POST", 0 if kind in DIRECTORY_TYPES else {"Patient": 1}.get(kind, 2)


@contextmanager
def locate_errors(place: str, part: str = "resource") -> Iterator[None]:
    """Raise Invalid and Conflict again with their places as places in the Bundle: in `part` of the entry at `place`."""
    try:
        yield
    except (Invalid, Conflict) as error:
        if not place:
            raise
        raise type(error)(
            *(Problem(problem.code, _build_place(place, part, problem.where)) for problem in error.problems)
        ) from None


def _build_place(place: str, part: str, where: str) -> str:
    """Return the place in the Bundle for the place `where` in a resource."""
    inner = where.partition(".")[2]
    if not where:
        return place
    return f"{place}.{part}.{inner}" if inner and part == "resource" else f"{place}.{part}"
