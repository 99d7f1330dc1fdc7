"""The targets of references: what an actor must see in order to see a reference to each, and which person each is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from hub.domain.resource_types import DIRECTORY_TYPES
from hub.record.tables import resource
from hub.slices import Target, build_target, find_patient, get_reference_rid

_STORED = select(resource).where(resource.c.rid.in_(bindparam("rids", expanding=True)))


@dataclass(frozen=True)
class TargetInfo:
    """A resource as the target of references. `person`: the number of the Patient that it is about, 0 for nobody."""

    target: Target
    person: int


class Targets:
    """The targets that a unit of work has looked up, by `Type/id`.

    `known`: those that exist, as they will be after the unit of work; `ahead`: names that this transaction will create, so
    that its resources may refer to them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asked: set[str] = set()
        self.known: dict[str, TargetInfo] = {}
        self.ahead: frozenset[str] = frozenset()

    def look_up(self, names: Iterable[str]) -> None:
        """Load the targets `names` that were not loaded yet, in one statement."""
        rids = {get_reference_rid(name): name for name in names if name not in self.known and name not in self._asked}
        self._asked.update(rids.values())
        if rids:
            for row in self._connection.execute(_STORED, {"rids": list(rids)}):
                target = Target(row.entry, row.domain, row.reveals, row.type in DIRECTORY_TYPES)
                self.known[rids[row.rid]] = TargetInfo(target, row.person)

    def select(self, references: Iterable[str]) -> dict[str, Target]:
        """Return the targets among `references` that are known, by `Type/id`."""
        return {name: self.known[name].target for name in references if name in self.known}

    def register(self, name: str, resource: Mapping[str, Any], references: Iterable[str]) -> TargetInfo:
        """Note and return what `resource`, which will be stored as `name` and has these `references`, will be as a target."""
        info = TargetInfo(build_target(resource, self.select(references)), self.find_person(resource))
        self.known[name] = info
        return info

    def find_person(self, resource: Mapping[str, Any]) -> int:
        """Return the number of the Patient that a resource is about; 0 for a directory entry, or if there is no such
        Patient."""
        if resource["resourceType"] in DIRECTORY_TYPES:
            return 0
        name = find_patient(resource)
        if name is None:
            return 0
        if name.startswith("Patient/"):
            return get_reference_rid(name)
        self.look_up([name])
        return self.known[name].person if name in self.known else 0
