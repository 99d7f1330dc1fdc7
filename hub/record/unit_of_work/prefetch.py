"""Load what the writes of a transaction need, for all its entries at once, so that the number of statements does not depend
on theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.slices import get_reference_rid, list_references


def prefetch(
    unit: UnitOfWork, view: WriterView, resources: Collection[dict[str, Any]], edited: Collection[str]
) -> None:
    """Load into `unit` and `view` what `create` and `edit` will use: for the `resources` that were sent, and for those of the
    names `edited`.

    Nothing is refused here. Of a resource that the writer does not see no part is loaded; `edit` then raises NotFound."""
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
    view.load_rights({0, *_list_persons(unit, names)})


def _list_persons(unit: UnitOfWork, names: Iterable[str]) -> Iterable[int]:
    """Yield the numbers of the persons that the resources `names` are about. (The resources sent are not valid for certain
    yet, so these follow from their references.)"""
    for name in names:
        if name in unit.targets.known:
            yield unit.targets.known[name].person
        elif name.startswith("Patient/"):
            yield get_reference_rid(name)
