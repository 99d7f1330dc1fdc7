"""Bytes → JSON object, and back to the canonical bytes that identify a message without identifier (`docs/parts.md` 24)."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from hub.domain.errors import Malformed

MAX_BYTES = 5 << 20  # bytes of one message (`docs/contract.md` §5)
MAX_DEPTH = 100  # objects and arrays inside one another
MAX_PARTS = 20_000  # objects and arrays of one message: each may become a note, and others wait while all are written

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_canonical = msgspec.json.Encoder(decimal_format="number", order="sorted")


def parse(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of `raw`; numbers with a point or an exponent are Decimal, so that their digits are kept.

    Malformed: longer than `MAX_BYTES`, not UTF-8 JSON, not an object, deeper than `MAX_DEPTH`, a number that no decimal
    holds, NaN, a lone surrogate, a key given twice, or of more than `MAX_PARTS` objects and arrays."""
    if len(raw) > MAX_BYTES:
        raise Malformed("json-too-large")
    data = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        value = _decoder.decode(data)
        # A second reader for this alone: msgspec keeps the last of two equal keys without a word.
        json.loads(data, object_pairs_hook=_check_unique, parse_int=str, parse_float=str)
    except RecursionError:
        raise Malformed("json-too-deep") from None
    except InvalidOperation:
        raise Malformed("json-number") from None
    except ValueError:  # msgspec's and json's errors; their texts may quote the message: not chained
        raise Malformed("json-malformed") from None
    if not isinstance(value, dict):
        raise Malformed("json-not-object")
    _check_size(value)
    return value


def encode_canonical(value: dict[str, Any]) -> bytes:
    """Return `value` as JSON with sorted keys and no spaces: the same bytes for two writings of the same content."""
    return _canonical.encode(value)


def _check_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Malformed("json-duplicate-key")
    return value


def _check_size(root: dict[str, Any]) -> None:
    """Raise Malformed for objects and arrays that are too deep or too many."""
    level: list[Any] = [root]
    count = 0
    for _ in range(MAX_DEPTH):
        below = [item for box in level for item in (box.values() if isinstance(box, dict) else box)]
        level = [item for item in below if isinstance(item, dict | list)]
        count += len(level)
        if count > MAX_PARTS:
            raise Malformed("json-too-many-parts")
        if not level:
            return
    raise Malformed("json-too-deep")
