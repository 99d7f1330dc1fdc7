"""Parts as stored bytes, and stored bytes as a slice: no model, no parsing on the way out (`docs/performance.md` §5).

`body` holds the inside of a JSON object (`"code":{"text":"x"},"priority":"urgent"`), before it, with a line between, that of
the spine (`"status":"requested","intent":"order"`) in each part that bears it; `ranked` an object of arrays of `[rank, item]`.
A slice is the spine once, the bodies one after the other and each ranked array in the order of its ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from hub.fhir import dumps, loads
from hub.slices.parts.part import Part, Ranked

_decode_raw = msgspec.json.Decoder(dict[str, list[tuple[int, msgspec.Raw]]]).decode
# Within JSON it is always escaped: https://www.rfc-editor.org/rfc/rfc8259#section-7
_LINE = b"\n"
_BY_RANK = itemgetter(0)
_encode = msgspec.json.Encoder().encode


def encode(part: Part) -> tuple[bytes, bytes]:
    """(body, ranked) of a part; each is empty when it has nothing to say."""
    body = _LINE.join([*filter(None, [_encode_members(part.spine)]), _encode_members(part.members)])
    return body, dumps(part.ranked) if part.ranked else b""


def _encode_members(members: dict[str, Any]) -> bytes:
    return dumps(members)[1:-1] if members else b""


def decode(body: bytes, ranked: bytes) -> tuple[dict[str, Any], dict[str, Any], Ranked]:
    """(spine, members, ranked) of stored bytes."""
    spine, members = (loads(b"{" + said + b"}") if said else {} for said in split_body(body))
    found = loads(ranked) if ranked else {}
    return spine, members, {path: [(rank, item) for rank, item in items] for path, items in found.items()}


def split_body(body: bytes) -> tuple[bytes, bytes]:
    """(spine, what the place itself says) in a stored body."""
    spine, _, own = body.rpartition(_LINE)
    return spine, own


def render(head: bytes, stored: Sequence[tuple[bytes, bytes]]) -> bytes:
    """One slice as JSON. `head`: the inside of the object for what the hub adds (resourceType, id, meta).

    `stored`: (body, ranked) of the visible parts, by key: an order in which hidden parts leave no gap."""
    bodies = [split_body(body) for body, _ in stored]
    spine = next((spine for spine, _ in bodies if spine), b"")
    pieces = [head, *[said for said in (spine, *[own for _, own in bodies]) if said]]
    ranked = [found for _, found in stored if found]
    if ranked:
        alone = [_read_arrays(found) for found in ranked]
        elements = [element for elements, _ in alone for element in elements]
        unmixed = len(alone) == 1 or len(set(elements)) == len(elements)
        pieces += [arrays for _, arrays in alone] if unmixed else _merge_arrays(map(_decode_raw, ranked))
    return b"{" + b",".join(pieces) + b"}"


def _read_arrays(ranked: bytes) -> tuple[tuple[str, ...], bytes]:
    """The elements that `ranked` has items of, and its arrays when no other part has items of those."""
    found = _decode_raw(ranked)
    return tuple({path.partition(".")[0] for path in found}), b",".join(_merge_arrays([found]))


def _merge_arrays(found: Iterable[dict[str, list[tuple[int, msgspec.Raw]]]]) -> Iterable[bytes]:
    merged: dict[str, list[tuple[int, msgspec.Raw]]] = {}
    for arrays in found:
        for path, items in arrays.items():
            merged.setdefault(path, []).extend(items)
    for path in sorted(merged):
        if path == "provision.provision" and "provision" in merged:
            continue
        yield _encode(path.partition(".")[0]) + b":" + _render_value(path, merged)


def _render_value(path: str, merged: dict[str, list[tuple[int, msgspec.Raw]]]) -> bytes:
    if not path.startswith("provision"):
        return _render_array(merged[path])
    root = bytes(merged["provision"][0][1]) if "provision" in merged else b"{}"
    if "provision.provision" not in merged:
        return root
    nested = b'"provision":' + _render_array(merged["provision.provision"])
    return root[:-1] + (b"," if root != b"{}" else b"") + nested + b"}"


def _render_array(items: list[tuple[int, msgspec.Raw]]) -> bytes:
    return b"[" + b",".join([bytes(item) for _, item in sorted(items, key=_BY_RANK)]) + b"]"
