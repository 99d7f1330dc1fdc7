"""Ranks of array items that stay (`docs/parts.md` 10). Pure.

Items of one array stand in several parts, each with its own versions, and a version of the past puts them in order by the ranks
that they had. So an item that stays keeps its rank for ever: what comes before, between or after it takes a rank in the gaps.
Counting anew would let an item that somebody does not see change the order of what he saw once.
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

# Of one array: (key of the part, value) of each item, with its rank.
_Item = tuple[int, Any]


def add_gaps(parts: Iterable[Part]) -> list[Part]:
    """The parts of a new resource, with room between the items of its arrays."""
    parts = list(parts)
    return _with({path: range(0, GAP * len(items), GAP) for path, items in _arrays(parts).items()}, parts)


def keep_positions(before: Iterable[Part], after: Iterable[Part]) -> list[Part]:
    """`after`, counted from zero, with the ranks of `before` for what stays in its part and in its order, and ranks in the
    gaps for the rest. An array without room left is counted anew, spaced."""
    after = list(after)
    old: dict[str, list[tuple[int, _Item]]] = _arrays(before)
    ranks = {path: _ranks(old.get(path, []), [item for _, item in items]) for path, items in _arrays(after).items()}
    return _with(ranks, after)


def _with(ranks: Mapping[str, Sequence[int]], parts: Iterable[Part]) -> list[Part]:
    """`parts`, counted from zero, with the rank of each place."""
    return [
        replace(
            part, ranked={path: [(ranks[path][n], item) for n, item in items] for path, items in part.ranked.items()}
        )
        for part in parts
    ]


def _arrays(parts: Iterable[Part]) -> dict[str, list[tuple[int, _Item]]]:
    """path → (rank, item) of all parts, in order."""
    arrays: dict[str, list[tuple[int, _Item]]] = {}
    for part in parts:
        for path, items in part.ranked.items():
            arrays.setdefault(path, []).extend((rank, (part.place.key, value)) for rank, value in items)
    return {path: sorted(items, key=lambda item: item[0]) for path, items in arrays.items()}


def _ranks(old: Sequence[tuple[int, _Item]], items: Sequence[_Item]) -> list[int]:
    """The rank of each of `items`."""
    stays = _rising(_match_items(old, items))
    filled = list(_fill([stays.get(place) for place in range(len(items))]))
    rising = all(rank < other for rank, other in pairwise(filled))
    return filled if rising else [place * GAP for place in range(len(items))]


def _match_items(old: Sequence[tuple[int, _Item]], items: Sequence[_Item]) -> dict[int, int]:
    """place in `items` → the rank that this very item had."""
    waiting = list(old)
    again: dict[int, int] = {}
    for place, item in enumerate(items):
        at = next((index for index, (_, known) in enumerate(waiting) if known == item), None)
        if at is not None:
            again[place] = waiting.pop(at)[0]
    return again


def _rising(ranks: Mapping[int, int]) -> dict[int, int]:
    """The most of `ranks` that rise from place to place; the others are where something was moved."""
    tails: list[int] = []
    chains: list[list[int]] = []
    for place, rank in ranks.items():
        length = bisect_left(tails, rank)
        chain = [*(chains[length - 1] if length else ()), place]
        tails[length:] = [rank, *tails[length + 1 :]]
        chains[length:] = [chain, *chains[length + 1 :]]
    return {place: ranks[place] for place in (chains[-1] if chains else ())}


def _fill(ranks: Sequence[int | None]) -> Iterator[int]:
    """`ranks` with those that lack, evenly between their neighbours."""
    place, last = 0, None
    while place < len(ranks):
        here = ranks[place]
        if here is not None:
            yield (last := here)
            place += 1
            continue
        end = next((index for index in range(place, len(ranks)) if ranks[index] is not None), len(ranks))
        following = ranks[end] if end < len(ranks) else None
        yield from _between(last, following, end - place)
        place = end


def _between(low: int | None, high: int | None, count: int) -> Iterator[int]:
    if low is None:
        low = -GAP if high is None else high - (count + 1) * GAP
    step = GAP if high is None else (high - low) // (count + 1)
    yield from (low + step * number for number in range(1, count + 1))


def keep_order(visible: Sequence[Part], resource: Mapping[str, Any], parts: Iterable[Part]) -> Part:
    """`resource`, of which `parts` are the parts, as one whose items take the ranks of those in the `visible` parts, in the order
    sent."""
    paths = {path for part in parts for path in part.ranked}
    ranks: dict[str, list[int]] = {}
    for part in visible:
        for path, items in part.ranked.items():
            ranks.setdefault(path, []).extend(rank for rank, _ in items)
    left_out = {*paths, "provision", "resourceType", "id"}
    members = {element: value for element, value in resource.items() if element not in left_out}
    ranked: dict[str, list[tuple[int, Any]]] = {}
    for path in sorted(paths):
        items = _items(resource, path)
        known = sorted(ranks.get(path, []))
        top = known[-1] if known else -1
        more = range(top + 1, top + 1 + max(0, len(items) - len(known)))
        ranked[path] = list(zip([*known, *more], items, strict=False))
    return Part(visible[0].place, True, members, ranked)


def _items(resource: Mapping[str, Any], path: str) -> list[Any]:
    if path == "provision":
        return [{name: value for name, value in resource["provision"].items() if name != "provision"}]
    if path == "provision.provision":
        return list(resource["provision"]["provision"])
    return list(resource[path])
