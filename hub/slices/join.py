"""`join`: parts into what they say together, the exact inverse of `split` as JSON values (`docs/parts.md` 10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.slices.parts.part import Part, Ranked


def join(parts: Iterable[Part]) -> dict[str, Any]:
    """The elements that `parts` say, without resourceType, id and meta. Items stand in the order of their ranks."""
    said: dict[str, Any] = {}
    ranked: Ranked = {}
    for part in parts:
        said |= part.spine | part.members
        for path, items in part.ranked.items():
            ranked.setdefault(path, []).extend(items)
    nested = ranked.pop("provision.provision", None)
    provision = ranked.pop("provision", None)
    for path, items in ranked.items():
        said[path] = sort_by_rank(items)
    if provision or nested:
        root = dict(provision[0][1]) if provision else {}
        said["provision"] = root | ({"provision": sort_by_rank(nested)} if nested else {})
    return said


def sort_by_rank(items: list[tuple[int, Any]]) -> list[Any]:
    """Items by rank; equal ranks keep the order in which they come."""
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]
