"""What writing asks of the record, asked at once for all entries of a transaction: its statements do not grow with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hub.record.access.predicate import Sight
from hub.record.access.write_rights import pens_of, staked_in
from hub.record.read.current import Shown, present
from hub.record.unit_of_work.reference_access import out_of_sight
from hub.record.unit_of_work.unit import Batch
from hub.slices import references, rid_of_reference


def foresee(batch: Batch, sight: Sight, sent: Collection[dict[str, Any]], edited: Collection[str]) -> None:
    """Have at hand what `create` and `edit` will ask for, of the resources that are `sent` and of those that are `edited`.

    Nothing is decided here, and nothing is loaded of what the writer does not see: it is found missing where it is written."""
    rids = {rid_of_reference(name): name for name in edited}
    if rids:
        batch.shown |= present(batch.connection, sight, list(rids))
        batch.staked |= staked_in(batch.connection, sight, rids)
    seen = {rid: name for rid, name in rids.items() if any(row.content for row in batch.shown[rid])}
    batch.load(seen)
    standing = [batch.whole(name) for name in seen.values()]
    pointed = {name for resource in sent for name in references(resource) if name not in batch.ahead}
    out_of_sight(batch, sight, pointed)
    named = pointed.union(seen.values(), *map(references, standing))
    batch.look_up(named)
    batch.pens |= pens_of(batch.connection, sight, {0, *_persons(batch, named)})


def shown_of(batch: Batch, sight: Sight, name: str) -> list[Shown]:
    """The parts of `name` that the writer saw when the batch began."""
    rid = rid_of_reference(name)
    if rid not in batch.shown:
        batch.shown |= present(batch.connection, sight, [rid])
    return batch.shown[rid]


def has_stake(batch: Batch, sight: Sight, rid: int) -> bool:
    """Whether the writer's party had a stake in the resource when the batch began."""
    if rid not in batch.staked:
        batch.staked |= staked_in(batch.connection, sight, [rid])
    return batch.staked[rid]


def _persons(batch: Batch, names: Iterable[str]) -> Iterable[int]:
    """Of whom `names` may speak. What was sent is not judged yet, so it is not asked of whom it does."""
    for name in names:
        if name in batch.known:
            yield batch.known[name].person
        elif name.startswith("Patient/"):
            yield rid_of_reference(name)
