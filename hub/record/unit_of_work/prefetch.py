"""What writing asks of the record, asked at once for all entries of a transaction: its statements do not grow with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.slices import get_reference_rid, list_references


def prefetch(
    unit: UnitOfWork, view: WriterView, resources: Collection[dict[str, Any]], edited: Collection[str]
) -> None:
    """Have at hand what `create` and `edit` will ask for, of the `resources` that were sent and of those that are `edited`.

    Nothing is decided here, and nothing is loaded of what the writer does not see: it is found missing where it is written."""
    rids = {get_reference_rid(name): name for name in edited}
    if rids:
        view.load_edited(rids)
    visible = {rid: name for rid, name in rids.items() if any(row.content for row in view.parts[rid])}
    unit.stored.load(visible)
    stored = [unit.read_whole(name) for name in visible.values()]
    pointed = {name for resource in resources for name in list_references(resource) if name not in unit.targets.ahead}
    view.find_invisible(pointed)
    names = pointed.union(visible.values(), *map(list_references, stored))
    unit.targets.look_up(names)
    view.load_rights({0, *_persons(unit, names)})


def _persons(unit: UnitOfWork, names: Iterable[str]) -> Iterable[int]:
    """The persons that `names` may be about. What was sent is not checked yet, so it is not asked whom it is about."""
    for name in names:
        if name in unit.targets.known:
            yield unit.targets.known[name].person
        elif name.startswith("Patient/"):
            yield get_reference_rid(name)
