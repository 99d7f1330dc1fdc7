"""JSON that keeps what FHIR calls significant: the digits of decimals and the order of arrays.

https://hl7.org/fhir/R4/datatypes.html#decimal. Limits are checked before the content (`docs/security.md` §5.3). This
module knows no resource; `hub.conformance` checks what was read.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

import msgspec

from hub.domain.errors import Malformed

SIZE = 1 << 20  # bytes; an endpoint that accepts more (referral bundles) passes its own limit
DEPTH = 64  # objects and arrays inside one another
DIGITS = 18  # of a number, and of its power of ten: R4 asks for 18 and no measure of ours has more

_LIMIT = int("9" * DIGITS)
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_MAYBE_KEY = re.compile(rb'"\s*:')
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?', re.DOTALL)
_MAYBE_UNWRITABLE = re.compile(rb"NaN|Infinity|null")


def loads(data: bytes, *, size: int = SIZE) -> dict[str, Any]:
    """Return one JSON object, numbers with a point or an exponent as Decimal with their digits.

    Malformed: longer than `size` bytes, not UTF-8 JSON, not an object, deeper than `DEPTH`, a number beyond `DIGITS`,
    a lone surrogate, NaN, or a key given twice (two readers would keep two different values: `docs/security.md` §5.3).
    """
    if len(data) > size:
        raise Malformed("json-too-large")
    try:
        value = _decoder.decode(data)
    except RecursionError:
        raise Malformed("json-too-deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError):  # its text may quote the message: not chained
        raise Malformed("json-malformed") from None
    if not isinstance(value, dict):
        raise Malformed("json-not-object")
    keys = measure(value)
    if keys != len(_MAYBE_KEY.findall(data)) and keys != sum(1 for key in _STRING.findall(data) if key):
        raise Malformed("json-duplicate-key")
    return value


def reread(data: bytes) -> Any:
    """Return the value of JSON that the hub itself wrote: its size was checked when it came in."""
    return _decoder.decode(data)


def dumps(value: Any) -> bytes:
    """Return the JSON of `value`, decimals with the digits that they hold. Malformed: NaN, infinity or a lone surrogate."""
    try:
        data = _encoder.encode(value)
    except UnicodeEncodeError:
        raise Malformed("json-malformed") from None
    if _MAYBE_UNWRITABLE.search(data):  # the encoder writes Decimal("NaN") as NaN and float("nan") as null
        _refuse_unwritable(value)
    return data


def measure(root: dict[str, Any]) -> int:
    """Return how many keys all the objects in `root` have together. Malformed: deeper than `DEPTH`, a number beyond `DIGITS`."""
    keys = depth = 0
    level: list[Any] = [root]
    while level:
        depth += 1
        if depth > DEPTH:
            raise Malformed("json-too-deep")
        below: list[Any] = []
        for container in level:
            if type(container) is dict:
                keys += len(container)
                items = container.values()
            else:
                items = container
            for item in items:
                kind = type(item)
                if kind is dict or kind is list:
                    below.append(item)
                elif (kind is int or kind is Decimal) and _is_too_long(item):
                    raise Malformed("json-number")
        level = below
    return keys


def _is_too_long(number: int | Decimal) -> bool:
    if isinstance(number, int):
        return abs(number) > _LIMIT
    return len(number.as_tuple().digits) > DIGITS or abs(number.adjusted()) > DIGITS


def _refuse_unwritable(root: Any) -> None:
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)
        elif isinstance(value, float | Decimal) and not math.isfinite(value):
            raise Malformed("json-number")
