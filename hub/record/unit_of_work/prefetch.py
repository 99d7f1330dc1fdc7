"""What writing asks of the record, asked at once for all entries of a transaction: its statements do not grow with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hub.record.access.session import ReadSession
from hub.record.access.write_rights import load_write_rights, staked_in
from hub.record.read.current import VisiblePart, present
from hub.record.unit_of_work.reference_access import out_of_sight
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import references, rid_of_reference


def prefetch(unit: UnitOfWork, session: ReadSession, sent: Collection[dict[str, Any]], edited: Collection[str]) -> None:
    """Have at hand what `create` and `edit` will ask for, of the resources that are `sent` and of those that are `edited`.

    Nothing is decided here, and nothing is loaded of what the writer does not see: it is found missing where it is written."""
    rids = {rid_of_reference(name): name for name in edited}
    if rids:
        unit.shown |= present(session, list(rids))
        unit.staked |= staked_in(session, rids)
    seen = {rid: name for rid, name in rids.items() if any(row.content for row in unit.shown[rid])}
    unit.load(seen)
    standing = [unit.whole(name) for name in seen.values()]
    pointed = {name for resource in sent for name in references(resource) if name not in unit.ahead}
    out_of_sight(unit, session, pointed)
    named = pointed.union(seen.values(), *map(references, standing))
    unit.look_up(named)
    unit.pens |= load_write_rights(session, {0, *_persons(unit, named)})


def shown_of(unit: UnitOfWork, session: ReadSession, name: str) -> list[VisiblePart]:
    """The parts of `name` that the writer saw when the batch began."""
    rid = rid_of_reference(name)
    if rid not in unit.shown:
        unit.shown |= present(session, [rid])
    return unit.shown[rid]


def has_stake(unit: UnitOfWork, session: ReadSession, rid: int) -> bool:
    """Whether the writer's party had a stake in the resource when the batch began."""
    if rid not in unit.staked:
        unit.staked |= staked_in(session, [rid])
    return unit.staked[rid]


def _persons(unit: UnitOfWork, names: Iterable[str]) -> Iterable[int]:
    """Of whom `names` may speak. What was sent is not judged yet, so it is not asked of whom it does."""
    for name in names:
        if name in unit.known:
            yield unit.known[name].person
        elif name.startswith("Patient/"):
            yield rid_of_reference(name)
