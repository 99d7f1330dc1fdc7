"""One writing transaction before it is written: the changed resources, and the facts about rights that follow from them.

Nothing is written before `hub.record.write.commit.flush`; reactions stage further changes on the same unit of work. It holds the
clock, so writers follow each other and what one reads here is what stands until it commits (`docs/parts.md` 16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from hub.domain.errors import NotFound
from hub.record.unit_of_work.facts import FactChanges
from hub.record.unit_of_work.part_rows import part_of
from hub.record.unit_of_work.stored_parts import StoredParts
from hub.record.unit_of_work.targets import Targets
from hub.slices import Part, get_reference_rid, join, list_references, split


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
        return get_reference_rid(self.name)


@dataclass
class UnitOfWork:
    """`time`: the commit time, in microseconds; `new_id`: an id for a resource of a type.

    `changes`: one for each changed resource, by `Type/id`; `pending`: the steps that no reaction has seen yet. `stored`: parts
    as they are in the record; `targets`: what resources point to; `facts`: the facts about rights that begin or end."""

    connection: Connection
    time: int
    new_id: Callable[[str], str]
    changes: dict[str, Change] = field(default_factory=dict, init=False)
    pending: list[Change] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.stored = StoredParts(self.connection)
        self.targets = Targets(self.connection)
        self.facts = FactChanges(self.time)

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
        return self._stage(Change(name, self.read_whole(name), after, by))

    def _stage(self, change: Change) -> str:
        self.changes[change.name] = change
        self.pending.append(change)
        return change.name

    def read_whole(self, name: str) -> dict[str, Any]:
        """The whole resource as it will be, for reactions alone (`docs/parts.md` 15). NotFound when there is none."""
        if name in self.changes:
            return self.changes[name].after
        rows = self.stored.get(get_reference_rid(name))
        if not rows:
            raise NotFound
        resource_type, _, resource_id = name.partition("/")
        return {"resourceType": resource_type, "id": resource_id} | join(part_of(row) for row in rows)

    def split(self, resource: dict[str, Any]) -> list[Part]:
        """The parts of a resource as it would be labelled now."""
        self.targets.look_up(list_references(resource))
        return split(resource, self.targets.select(resource))

    def take_pending(self) -> Iterator[Change]:
        """The staged changes that no reaction has seen yet, also those that reactions add meanwhile."""
        while self.pending:
            yield self.pending.pop(0)
