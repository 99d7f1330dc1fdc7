"""The rank of each array item, which an edit leaves as it is for items that stay (`docs/parts.md` 10). Pure.

The items of one array may be in several parts, each with versions of its own. A slice, also one of the past, puts the visible
items in the order of their ranks. So an item that stays keeps its rank for ever, and a new one gets a rank in a gap before,
between or after them. If items were numbered again, an item that an actor does not see could change the order of those that
it saw.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hub.slices import Part

# Between two neighbours at first: room for twenty halvings.
GAP = 1 << 20

# One item of an array: (key of its part, value).
_Item = tuple[int, Any]


def add_gaps(parts: Iterable[Part]) -> list[Part]:
    """Return the parts of a new resource, with gaps between the ranks of its array items."""
    parts = list(parts)
    return _replace_ranks(
        {path: range(0, GAP * len(items), GAP) for path, items in _collect_arrays(parts).items()}, parts
    )


def keep_positions(before: Iterable[Part], after: Iterable[Part]) -> list[Part]:
    """Return `after`, whose ranks count from zero, with the ranks of `before` for items that stay in their part and their
    order, and ranks in the gaps for the others. An array without enough room in its gaps is numbered again, with gaps."""
    after = list(after)
    old: dict[str, list[tuple[int, _Item]]] = _collect_arrays(before)
    ranks = {
        path: _compute_ranks(old.get(path, []), [item for _, item in items])
        for path, items in _collect_arrays(after).items()
    }
    return _replace_ranks(ranks, after)


def _replace_ranks(ranks: Mapping[str, Sequence[int]], parts: Iterable[Part]) -> list[Part]:
    """Return `parts` with `ranks[path][n]` as the rank of the item that has the rank n."""
    return [
        replace(
            part, ranked={path: [(ranks[path][n], item) for n, item in items] for path, items in part.ranked.items()}
        )
        for part in parts
    ]


def _collect_arrays(parts: Iterable[Part]) -> dict[str, list[tuple[int, _Item]]]:
    """Return {path: (rank, item) of all parts, by rank}."""
    arrays: dict[str, list[tuple[int, _Item]]] = {}
    for part in parts:
        for path, items in part.ranked.items():
            arrays.setdefault(path, []).extend((rank, (part.place.key, value)) for rank, value in items)
    return {path: sorted(items, key=lambda item: item[0]) for path, items in arrays.items()}


def _compute_ranks(old: Sequence[tuple[int, _Item]], items: Sequence[_Item]) -> list[int]:
    """Return the rank of each of `items`, an array whose items had the ranks `old`."""
    stays = _find_longest_rising(_match_items(old, items))
    filled = list(_fill([stays.get(position) for position in range(len(items))]))
    rising = all(rank < other for rank, other in pairwise(filled))
    return filled if rising else [position * GAP for position in range(len(items))]


def _match_items(old: Sequence[tuple[int, _Item]], items: Sequence[_Item]) -> dict[int, int]:
    """Return {index in `items`: the rank that an equal item had}."""
    waiting = list(old)
    again: dict[int, int] = {}
    for position, item in enumerate(items):
        at = next((index for index, (_, known) in enumerate(waiting) if known == item), None)
        if at is not None:
            again[position] = waiting.pop(at)[0]
    return again


def _find_longest_rising(ranks: Mapping[int, int]) -> dict[int, int]:
    """Return the longest subset of `ranks` (by index) that rises with the index; the others are of items that were moved."""
    tails: list[int] = []
    chains: list[list[int]] = []
    for position, rank in ranks.items():
        length = bisect_left(tails, rank)
        chain = [*(chains[length - 1] if length else ()), position]
        tails[length:] = [rank, *tails[length + 1 :]]
        chains[length:] = [chain, *chains[length + 1 :]]
    return {position: ranks[position] for position in (chains[-1] if chains else ())}


def _fill(ranks: Sequence[int | None]) -> Iterator[int]:
    """Yield `ranks`, each None replaced by a rank between its neighbours, evenly spaced."""
    position, last = 0, None
    while position < len(ranks):
        present_rank = ranks[position]
        if present_rank is not None:
            yield (last := present_rank)
            position += 1
            continue
        end = next((index for index in range(position, len(ranks)) if ranks[index] is not None), len(ranks))
        following = ranks[end] if end < len(ranks) else None
        yield from _spread_between(last, following, end - position)
        position = end


def _spread_between(low: int | None, high: int | None, count: int) -> Iterator[int]:
    if low is None:
        low = -GAP if high is None else high - (count + 1) * GAP
    step = GAP if high is None else (high - low) // (count + 1)
    yield from (low + step * number for number in range(1, count + 1))


def keep_order(visible: Sequence[Part], resource: Mapping[str, Any], parts: Iterable[Part]) -> Part:
    """Return `resource` (whose parts are `parts`) as one part, whose array items have the ranks of the items in the `visible`
    parts, in the order in which they were sent."""
    paths = {path for part in parts for path in part.ranked}
    ranks: dict[str, list[int]] = {}
    for part in visible:
        for path, items in part.ranked.items():
            ranks.setdefault(path, []).extend(rank for rank, _ in items)
    left_out = {*paths, "provision", "resourceType", "id"}
    members = {element: value for element, value in resource.items() if element not in left_out}
    ranked: dict[str, list[tuple[int, Any]]] = {}
    for path in sorted(paths):
        items = _list_items(resource, path)
        known = sorted(ranks.get(path, []))
        top = known[-1] if known else -1
        more = range(top + 1, top + 1 + max(0, len(items) - len(known)))
        ranked[path] = list(zip([*known, *more], items, strict=False))
    return Part(visible[0].place, True, members, ranked)


def _list_items(resource: Mapping[str, Any], path: str) -> list[Any]:
    if path == "provision":
        return [{name: value for name, value in resource["provision"].items() if name != "provision"}]
    if path == "provision.provision":
        return list(resource["provision"]["provision"])
    return list(resource[path])
