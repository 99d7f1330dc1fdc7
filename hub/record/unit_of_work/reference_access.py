"""What a writer's resource may point to: what the writer sees, as a reading would (`docs/leaks.md` L68)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import bindparam, select, true

from hub.domain.errors import Invalid, Problem
from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.tables import part
from hub.record.tables.base import EVER
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import references, rid_of_reference

_SEEN = (
    select(part.c.rid)
    .where(part.c.rid.in_(bindparam("rids", expanding=True)), part.c.until == EVER, part.c.content == true())
    .where(visible(part))
    .distinct()
)


def check_references(unit: UnitOfWork, session: ReadSession, resource: dict[str, Any], before: Iterable[str]) -> None:
    """Every reference that was not there `before` leads to something that the actor sees.

    Invalid `reference-unresolved` at its element: one answer for hidden and absent."""
    names = set(references(resource)) - set(before)
    strangers = {name for name in names if name not in unit.changes and name not in unit.ahead}
    lost = out_of_sight(unit, session, strangers)
    if lost:
        raise Invalid(*[Problem("reference-unresolved", where) for where in _where(resource, lost)])
    unit.look_up(names)


def out_of_sight(unit: UnitOfWork, session: ReadSession, names: Iterable[str]) -> set[str]:
    """Those of `names` that the actor does not see; one statement for those that were not asked for in this batch."""
    rids = {rid_of_reference(name): name for name in names}
    asked = [rid for rid in rids if rid not in unit.in_sight]
    if asked:
        seen = set(session.connection.scalars(_SEEN, session.params | {"rids": asked}))
        unit.in_sight |= {rid: rid in seen for rid in asked}
    return {name for rid, name in rids.items() if not unit.in_sight[rid]}


def _where(resource: dict[str, Any], lost: set[str]) -> Iterator[str]:
    for element, value in resource.items():
        if lost & set(references(value)):
            yield f"{resource['resourceType']}.{element}"
