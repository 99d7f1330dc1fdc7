"""One writing transaction, staged: what will change, and the facts about rights that follow from it.

Nothing is written before `hub.record.write.commit.flush`; reactions stage further changes on the same batch. A batch holds the
clock, so writers follow each other and what one reads here is what stands until it commits (`docs/parts.md` 16).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hub.domain.errors import NotFound
from hub.domain.sections import sections
from hub.record.access.write_rights import WriteRights
from hub.record.read.current import VisiblePart
from hub.record.tables import part, resource
from hub.record.tables.base import EVER
from hub.slices import DIRECTORY_TYPES, Part, Target, decode, join, references, rid_of_reference, split
from hub.slices.parts.part import Place

_STORED = select(part).where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.until == EVER)
_KNOWN = select(resource).where(resource.c.rid.in_(bindparam("rids", expanding=True)))


@dataclass
class Change:
    """One resource before (None: created) and after. `by`: the party that wrote it, "" for the hub itself."""

    name: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    by: str

    @property
    def type(self) -> str:
        return self.name.partition("/")[0]

    @property
    def rid(self) -> int:
        return rid_of_reference(self.name)


@dataclass(frozen=True)
class TargetInfo:
    """What the record knows of a resource as the target of a reference, and of whom it speaks."""

    target: Target
    person: int


@dataclass
class UnitOfWork:
    """`time`: the commit time. `ahead`: names that this transaction will create, so that its resources may point to them.
    `rows`: facts to insert, by table name; `noted`: the same, to be found again. `ends`: (table,
    conditions) to close at `time`."""

    connection: Connection
    time: int
    new_id: Any
    changes: dict[str, Change] = field(default_factory=dict)
    pending: list[Change] = field(default_factory=list)
    known: dict[str, TargetInfo] = field(default_factory=dict)
    sought: set[str] = field(default_factory=set)
    ahead: frozenset[str] = frozenset()
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    noted: set[tuple[Any, ...]] = field(default_factory=set)
    ends: list[tuple[str, dict[str, Any], int]] = field(default_factory=list)
    # What only subscriptions need of the outside: whether this machine may be called, and, by name, the secrets of those that
    # were created here.
    loopback: bool = False
    secrets: dict[str, str] = field(default_factory=dict)
    persons: set[int] = field(default_factory=set)
    # What stands, what the writer sees of it and of what is pointed to, in what it has a stake, and where it may write: asked
    # once for the whole batch, before anything of it is written.
    standing: dict[int, list[Any]] = field(default_factory=dict)
    shown: dict[int, list[VisiblePart]] = field(default_factory=dict)
    in_sight: dict[int, bool] = field(default_factory=dict)
    staked: dict[int, bool] = field(default_factory=dict)
    pens: dict[int, WriteRights] = field(default_factory=dict)

    def create(self, resource: dict[str, Any], by: str) -> str:
        """Stage a new resource; it gets an id unless it carries one of ours. Its reference."""
        resource.setdefault("id", self.new_id(resource["resourceType"]))
        return self._stage(Change(f"{resource['resourceType']}/{resource['id']}", None, resource, by))

    def replace(self, name: str, after: dict[str, Any], by: str) -> str:
        """Stage the new state of a resource, hidden parts included."""
        staged = self.changes.get(name)
        if staged is not None:
            # Staged twice in one transaction: one version, and the reactions see the second step too.
            step = Change(name, staged.after, after, by)
            staged.after = after
            self.pending.append(step)
            return name
        return self._stage(Change(name, self.whole(name), after, by))

    def _stage(self, change: Change) -> str:
        self.changes[change.name] = change
        self.pending.append(change)
        return change.name

    def whole(self, name: str) -> dict[str, Any]:
        """The whole resource, for reactions alone (`docs/parts.md` 15). NotFound when there is none."""
        if name in self.changes:
            return self.changes[name].after
        rows = stored_parts(self, rid_of_reference(name))
        if not rows:
            raise NotFound
        resource_type, _, resource_id = name.partition("/")
        return {"resourceType": resource_type, "id": resource_id} | join(part_of(row) for row in rows)

    def load(self, rids: Iterable[int]) -> None:
        """Have the present rows of `rids` at hand, in one statement."""
        missing = [rid for rid in rids if rid not in self.standing]
        if missing:
            self.standing |= {rid: [] for rid in missing}
            for row in self.connection.execute(_STORED, {"rids": missing}):
                self.standing[row.rid].append(row)

    def look_up(self, names: Iterable[str]) -> None:
        """Learn of `names` what the record knows, in one statement."""
        rids = {rid_of_reference(name): name for name in names if name not in self.known and name not in self.sought}
        self.sought.update(rids.values())
        if rids:
            for row in self.connection.execute(_KNOWN, {"rids": list(rids)}):
                directory = row.type in DIRECTORY_TYPES
                self.known[rids[row.rid]] = TargetInfo(
                    Target(row.entry, row.domain, row.reveals, directory), row.person
                )

    def split(self, resource: dict[str, Any]) -> list[Part]:
        """The parts of a resource as it would be labelled now."""
        self.look_up(references(resource))
        return split(resource, self.targets(resource))

    def targets(self, resource: dict[str, Any]) -> dict[str, Target]:
        """What is known of that to which `resource` points."""
        return {name: self.known[name].target for name in references(resource) if name in self.known}

    def stake(self, name: str, party: str, kind: str, via: str, person: int, since: int | None = None) -> None:
        """`party` has a stake of `kind` in `name` from now on, because of `via`."""
        row = {"rid": rid_of_reference(name), "party": party, "kind": kind, "via": rid_of_reference(via)}
        self._add("stake", row | {"since": since or self.time, "until": EVER, "person": person})
        self.persons.add(person)

    def relate(self, person: int, party: str, kind: str, via: str, since: int = 0, until: int = EVER) -> None:
        """`party` is tied to `person` from `since` (never before it is known) until `until`."""
        row = {"person": person, "party": party, "kind": kind, "via": rid_of_reference(via)}
        self._add("relation", row | {"since": max(since, self.time), "until": until})
        self.persons.add(person)

    def consent(self, person: int, via: str, effect: str, party: str, section: str, since: int, until: int) -> None:
        """The person permits or denies `section` (`*`: all) to `party` (an Organization, a role, or `*`)."""
        row = {"person": person, "via": rid_of_reference(via), "effect": effect, "party": party, "section": section}
        self._add("consent_fact", row | {"since": max(since, self.time), "until": until})
        self.persons.add(person)

    def end(self, table: str, person: int, at: int | None = None, **conditions: Any) -> None:
        """Close the open rows of a table of facts that meet `conditions`, at `at` (default: now)."""
        self.ends.append((table, conditions | {"person": person}, at or self.time))
        self.persons.add(person)

    def _add(self, table: str, row: dict[str, Any]) -> None:
        fact = (table, *row.values())
        if fact not in self.noted:
            self.noted.add(fact)
            self.rows.setdefault(table, []).append(row)

    def react_to(self) -> Iterator[Change]:
        """The staged changes that no reaction has seen yet, also those that reactions add meanwhile."""
        while self.pending:
            yield self.pending.pop(0)


def stored_parts(unit: UnitOfWork, rid: int) -> list[Any]:
    """The rows of a resource as it stands, hidden or not, by key: for the record itself."""
    unit.load([rid])
    return sorted(unit.standing[rid], key=lambda row: row.key)


def says(body: bytes, ranked: bytes) -> dict[str, Any]:
    """What stored bytes say, without ranks: two that are equal differ for nobody."""
    spine, members, arrays = decode(body, ranked)
    return spine | members | {path: [item for _, item in items] for path, items in arrays.items()}


def part_of(row: Any) -> Part:
    """A stored row as a `Part`."""
    place = Place(row.needs, row.stake_needs, row.domain, row.holder, row.needs == sections().place("offers"))
    spine, members, ranked = decode(row.body, row.ranked)
    return Part(place, row.content, members, ranked, spine)
