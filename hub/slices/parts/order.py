"""The order of the items of several parts in one array, which no part holds by itself (`docs/parts.md` 10).

A change of ranks may put items of different places in another order. An actor who sees both then gets other bytes, so his
version depends on the order of what he sees (`docs/parts.md` 18). An actor who sees only one of the places notices nothing.
"""

from __future__ import annotations

import msgspec

from hub.slices.parts.part import hash63

_decode = msgspec.json.Decoder(dict[str, list[tuple[int, msgspec.Raw]]]).decode


def hash_order(ranked: tuple[tuple[int, bytes], ...]) -> int:
    """Return a 63-bit number for the order in which the items of several parts follow each other in their arrays.

    `ranked`: (key, `ranked` as stored) of each part, by key. 0 when no array has items of two parts. The ranks themselves do not
    count, for a hidden item may move them; which part follows which does."""
    arrays: dict[str, list[tuple[int, int]]] = {}
    for key, stored in ranked:
        for path, items in _decode(stored).items():
            arrays.setdefault(path, []).extend((rank, key) for rank, _ in items)
    total = 0
    for path, positions in arrays.items():
        keys = [key for _, key in sorted(positions, key=lambda position: position[0])]
        if len(set(keys)) > 1:
            total ^= hash63("order", path, *keys)
    return total
