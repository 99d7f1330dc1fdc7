"""Parts as stored bytes, and stored bytes as a slice, without building models or parsing values (`docs/performance.md` §5).

`body` holds the inside of a JSON object (`"code":{"text":"x"},"priority":"urgent"`). In a part that carries the core elements,
theirs come first (`"status":"requested","intent":"order"`), with a line feed between. `ranked` is an object of arrays of
`[rank, item]`. A slice is the core once, then the bodies, then each array with its items in the order of their ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from hub.fhir import dumps, loads
from hub.slices.parts.part import Part, Ranked

RawItems = dict[str, list[tuple[int, msgspec.Raw]]]

_decode_raw = msgspec.json.Decoder(RawItems).decode
# Within JSON it is always escaped: https://www.rfc-editor.org/rfc/rfc8259#section-7
_LINE = b"\n"
_BY_RANK = itemgetter(0)
_encode = msgspec.json.Encoder().encode


def encode(part: Part) -> tuple[bytes, bytes]:
    """Return (body, ranked) of a part; each is empty when the part has nothing there."""
    body = _LINE.join([*filter(None, [_encode_members(part.core)]), _encode_members(part.members)])
    return body, dumps(part.ranked) if part.ranked else b""


def _encode_members(members: dict[str, Any]) -> bytes:
    return dumps(members)[1:-1] if members else b""


def decode(body: bytes, ranked: bytes) -> tuple[dict[str, Any], dict[str, Any], Ranked]:
    """Return (core, members, ranked) of stored bytes."""
    core, members = (loads(b"{" + inside + b"}") if inside else {} for inside in split_body(body))
    arrays = loads(ranked) if ranked else {}
    return core, members, {path: [(rank, item) for rank, item in items] for path, items in arrays.items()}


def split_body(body: bytes) -> tuple[bytes, bytes]:
    """Return (core, elements of the part's own place) of a stored body."""
    core, _, own = body.rpartition(_LINE)
    return core, own


def render(head: bytes, stored: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return one slice as JSON. `head`: the inside of the object for what the hub adds (resourceType, id, meta).

    `stored`: (body, ranked) of the visible parts, by key: an order in which hidden parts leave no gap."""
    bodies = [split_body(body) for body, _ in stored]
    core = next((core for core, _ in bodies if core), b"")
    pieces = [head, *filter(None, (core, *[own for _, own in bodies]))]
    ranked = [arrays for _, arrays in stored if arrays]
    if ranked:
        rendered = [_render_arrays(arrays) for arrays in ranked]
        elements = [element for names, _ in rendered for element in names]
        unmixed = len(rendered) == 1 or len(set(elements)) == len(elements)
        pieces += [arrays for _, arrays in rendered] if unmixed else _merge_arrays(map(_decode_raw, ranked))
    return b"{" + b",".join(pieces) + b"}"


def _render_arrays(ranked: bytes) -> tuple[tuple[str, ...], bytes]:
    """Return the elements that `ranked` has items of, and their arrays as JSON members, as if no other part had such items."""
    arrays = _decode_raw(ranked)
    return tuple({path.partition(".")[0] for path in arrays}), b",".join(_merge_arrays([arrays]))


def _merge_arrays(parts: Iterable[RawItems]) -> Iterable[bytes]:
    """Yield each array of `parts` as a JSON member, with the items of all of them."""
    merged: RawItems = {}
    for arrays in parts:
        for path, items in arrays.items():
            merged.setdefault(path, []).extend(items)
    for path in sorted(merged):
        if path == "provision.provision" and "provision" in merged:
            continue
        yield _encode(path.partition(".")[0]) + b":" + _render_value(path, merged)


def _render_value(path: str, merged: RawItems) -> bytes:
    if not path.startswith("provision"):
        return _render_array(merged[path])
    root = bytes(merged["provision"][0][1]) if "provision" in merged else b"{}"
    if "provision.provision" not in merged:
        return root
    nested = b'"provision":' + _render_array(merged["provision.provision"])
    return root[:-1] + (b"," if root != b"{}" else b"") + nested + b"}"


def _render_array(items: list[tuple[int, msgspec.Raw]]) -> bytes:
    return b"[" + b",".join([bytes(item) for _, item in sorted(items, key=_BY_RANK)]) + b"]"
