"""The order in which items of several parts stand among each other: a fact that no part says by itself (`docs/parts.md` 10).

Ranks may change in place when items of different places change order; who sees both sees other bytes, so the order of what
he sees is in his version (`docs/parts.md` 18). Who sees one of them alone sees nothing of it.
"""

from __future__ import annotations

import msgspec

from hub.slices.parts.part import hash63

_decode = msgspec.json.Decoder(dict[str, list[tuple[int, msgspec.Raw]]]).decode


def hash_order(ranked: tuple[tuple[int, bytes], ...]) -> int:
    """A 63-bit number for the order of the items of parts, given as (key, `ranked` as stored) by key; 0 when no array has
    items of two. It does not depend on the ranks, which what is hidden may move, but on which part comes after which."""
    arrays: dict[str, list[tuple[int, int]]] = {}
    for key, stored in ranked:
        for path, items in _decode(stored).items():
            arrays.setdefault(path, []).extend((rank, key) for rank, _ in items)
    found = 0
    for path, places in arrays.items():
        keys = [key for _, key in sorted(places, key=lambda place: place[0])]
        if len(set(keys)) > 1:
            found ^= hash63("order", path, *keys)
    return found
