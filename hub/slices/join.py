"""`join`: parts into the elements that they hold together, the exact inverse of `split` as JSON values (`docs/parts.md` 10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.slices.parts.part import Part, Ranked


def join(parts: Iterable[Part]) -> dict[str, Any]:
    """Return the elements of `parts`, without resourceType, id and meta. Items of arrays are in the order of their ranks."""
    elements: dict[str, Any] = {}
    ranked: Ranked = {}
    for part in parts:
        elements |= part.core | part.members
        for path, items in part.ranked.items():
            ranked.setdefault(path, []).extend(items)
    nested = ranked.pop("provision.provision", None)
    provision = ranked.pop("provision", None)
    for path, items in ranked.items():
        # Parts of before the second rules of placing (`get_fingerprint`) have contained resources as one element.
        elements[path] = [*elements.get(path, ()), *sort_by_rank(items)]
    if provision or nested:
        root = dict(provision[0][1]) if provision else {}
        elements["provision"] = root | ({"provision": sort_by_rank(nested)} if nested else {})
    return elements


def sort_by_rank(items: list[tuple[int, Any]]) -> list[Any]:
    """Return the items by rank; items of equal rank keep their order."""
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]
