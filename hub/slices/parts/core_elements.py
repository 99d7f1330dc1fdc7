"""Where the core elements are stored: in each part that can open the resource (`docs/parts.md` 9, 23). Pure.

Whoever sees such a part sees the core elements, and nobody else does, so they have no row of their own. When they change,
they change in all these parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hub.slices.parts.part import CORE, Part


def embed_core(parts: Iterable[Part]) -> list[Part]:
    """Return `parts`, as `split` gives them, in their stored form. The core stays a part where no other can carry it."""
    all_parts = list(parts)
    core = next((part for part in all_parts if part.place == CORE), None)
    if core is None or core.ranked or not any(map(_carries_core, all_parts)):
        return all_parts
    return [replace(part, core=core.members) if _carries_core(part) else part for part in all_parts if part is not core]


def extract_core(parts: Iterable[Part]) -> list[Part]:
    """Return stored `parts` as `split` gives them."""
    all_parts = list(parts)
    core = next((part.core for part in all_parts if part.core), {})
    others = [replace(part, core={}) for part in all_parts]
    return [Part(CORE, False, core), *others] if core else others


def _carries_core(part: Part) -> bool:
    # An offer is shown to actors who see nothing else of the person.
    return part.content and not part.place.offer
