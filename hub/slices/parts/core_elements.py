"""Where the spine is stored: in each part that can open the resource; no row is for it alone (`docs/parts.md` 9, 23). Pure.

Who sees any such part sees the spine, and nobody else does, so it needs no row of its own; and when it changes, it changes for
all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hub.slices.parts.part import SPINE, Part


def embed_core(parts: Iterable[Part]) -> list[Part]:
    """`parts` as `split` gives them, as they are stored. The spine stays a part where no other could bear it."""
    every = list(parts)
    spine = next((part for part in every if part.place == SPINE), None)
    if spine is None or spine.ranked or not any(map(_carries_core, every)):
        return every
    return [replace(part, spine=spine.members) if _carries_core(part) else part for part in every if part is not spine]


def extract_core(parts: Iterable[Part]) -> list[Part]:
    """Stored `parts` as `split` gives them."""
    every = list(parts)
    spine = next((part.spine for part in every if part.spine), {})
    apart = [replace(part, spine={}) for part in every]
    return [Part(SPINE, False, spine), *apart] if spine else apart


def _carries_core(part: Part) -> bool:
    # An offer is seen by who sees nothing else of the person.
    return part.content and not part.place.offer
