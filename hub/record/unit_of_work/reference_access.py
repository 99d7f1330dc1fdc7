"""Check that a resource refers only to what its writer sees, by the same predicate as a read (`docs/leaks.md` L68)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hub.domain.errors import Invalid, Problem
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.slices import list_references


def check_references(unit: UnitOfWork, view: WriterView, resource: dict[str, Any], before: Iterable[str]) -> None:
    """Check that the actor sees the target of every reference in `resource` that is not in `before`.

    Raises Invalid `reference-unresolved` at the element, the same for a hidden and for an absent target."""
    names = set(list_references(resource)) - set(before)
    strangers = {name for name in names if name not in unit.changes and name not in unit.targets.ahead}
    lost = view.find_invisible(strangers)
    if lost:
        raise Invalid(*[Problem("reference-unresolved", where) for where in _find_elements(resource, lost)])
    unit.targets.look_up(names)


def _find_elements(resource: dict[str, Any], lost: set[str]) -> Iterator[str]:
    for element, value in resource.items():
        if lost & set(list_references(value)):
            yield f"{resource['resourceType']}.{element}"
