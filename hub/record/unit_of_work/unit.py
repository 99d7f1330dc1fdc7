"""The changes of one transaction before they are written: resources, and the facts from which grants are derived.

Changes are staged here; `hub.record.write.commit.flush` runs the reactions, which stage further changes, and then writes all of
them. The transaction has locked the persons or the clock: nobody changes what it reads until it commits (`docs/writing.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from hub.domain.errors import NotFound
from hub.record.unit_of_work.facts import FactChanges
from hub.record.unit_of_work.part_rows import read_part
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
    """`time`: the commit time, in microseconds; `new_id`: makes an id for a resource of a type.

    `changes`: one for each changed resource, by `Type/id`; `pending`: the changes for which the reactions were not run yet.
    `stored`: parts as they are in the record; `targets`: those of references; `facts`: the facts that begin or end."""

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
        """Stage a new resource and return its `Type/id`. It gets an id, unless the caller set one."""
        resource.setdefault("id", self.new_id(resource["resourceType"]))
        return self._stage(Change(f"{resource['resourceType']}/{resource['id']}", None, resource, by))

    def replace(self, name: str, after: dict[str, Any], by: str) -> str:
        """Stage the new state of a whole resource, hidden parts included, and return its `Type/id`."""
        staged = self.changes.get(name)
        if staged is not None:
            # Staged twice in one transaction: one version, and the reactions see the second step too.
            step = Change(name, staged.after, after, by)
            staged.after = after
            self.pending.append(step)
            return name
        return self._stage(Change(name, self.read_whole(name), after, by))

    def set_time(self, time: int) -> None:
        """Set the commit time, later than the one at which everything was read."""
        self.facts.set_time(time)
        self.time = time

    def _stage(self, change: Change) -> str:
        self.changes[change.name] = change
        self.pending.append(change)
        return change.name

    def read_whole(self, name: str) -> dict[str, Any]:
        """Return a whole resource, with the changes staged so far, to be written again and never to be shown (`docs/parts.md`
        15).

        Raises NotFound when there is none."""
        if name in self.changes:
            return self.changes[name].after
        rows = self.stored.get(get_reference_rid(name))
        if not rows:
            raise NotFound
        resource_type, _, resource_id = name.partition("/")
        return {"resourceType": resource_type, "id": resource_id} | join(read_part(row) for row in rows)

    def split(self, resource: dict[str, Any]) -> list[Part]:
        """Return the parts of a resource, placed by what its targets are now."""
        references = list(list_references(resource))
        self.targets.look_up(references)
        return split(resource, self.targets.select(references))

    def take_pending(self) -> Iterator[Change]:
        """Yield each staged change once, also those that reactions stage meanwhile."""
        while self.pending:
            yield self.pending.pop(0)
