"""The primitive types of R4, each as a test of one JSON value. https://hl7.org/fhir/R4/datatypes.html#primitive

Stricter than the published patterns where the rest of the hub needs it: days are in the calendar, there is no leap second
(times are stored in microseconds), no text of blanks alone, and no `javascript:`, `vbscript:` or `data:` in what a page may
turn into a link (`docs/security.md` D12).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hub.conformance.r4.narrative import is_narrative

Check = Callable[[Any], bool]

_YEAR = r"(?!0000)[0-9]{4}"
_DAY = rf"{_YEAR}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_FULL_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_VISIBLE = r"[^\s\x00-\x1f\x7f\ud800-\udfff]+"
_WHOLE_DAY = 10  # characters of 2026-11-21


def _match(pattern: str, flags: int = 0) -> Check:
    full = re.compile(pattern, flags).fullmatch
    return lambda value: type(value) is str and full(value) is not None


def _match_date(pattern: str) -> Check:
    full = re.compile(pattern).fullmatch
    return lambda value: type(value) is str and full(value) is not None and _is_in_calendar(value)


def _is_in_calendar(value: str) -> bool:
    if len(value) < _WHOLE_DAY or value[8:10] <= "28":
        return True
    try:
        date.fromisoformat(value[:_WHOLE_DAY])
    except ValueError:
        return False
    return True


def _is_text(value: Any) -> bool:
    return type(value) is str and value != "" and not value.isspace() and _FORBIDDEN.search(value) is None


def _is_base64(value: Any) -> bool:
    if type(value) is not str or _BASE64(value) is None:
        return False
    length = sum(map(len, value.split()))
    return length > 0 and length % 4 == 0


def _check_range(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _is_decimal(value: Any) -> bool:
    """Return whether `value` is an exact decimal. A float is none: it has already lost digits."""
    return type(value) is int or (type(value) is Decimal and value.is_finite())


_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*", re.ASCII).fullmatch
_uri = _match(rf"(?!(?:javascript|vbscript|data):){_VISIBLE}", re.IGNORECASE)
_MAX_INTEGER = 2**31 - 1

CHECKS: dict[str, Check] = {
    "base64Binary": _is_base64,
    "boolean": lambda value: type(value) is bool,
    "canonical": _uri,
    "code": _match(rf"{_VISIBLE}(?:[ ]{_VISIBLE})*"),
    "date": _match_date(_DAY),
    "dateTime": _match_date(rf"{_DAY}|{_FULL_DAY}T{_TIME}{_ZONE}"),
    "decimal": _is_decimal,
    "id": _match(r"[A-Za-z0-9\-.]{1,64}"),
    "instant": _match_date(rf"{_FULL_DAY}T{_TIME}{_ZONE}"),
    "integer": _check_range(-_MAX_INTEGER - 1, _MAX_INTEGER),
    "markdown": _is_text,
    "oid": _match(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+"),
    "positiveInt": _check_range(1, _MAX_INTEGER),
    "string": _is_text,
    "time": _match(_TIME),
    "unsignedInt": _check_range(0, _MAX_INTEGER),
    "uri": _uri,
    "url": _uri,
    "uuid": _match(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "xhtml": lambda value: _is_text(value) and is_narrative(value),
}

_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "decimal": (int, Decimal),
    "integer": (int,),
    "positiveInt": (int,),
    "unsignedInt": (int,),
}


def explain_fault(kind: str, value: Any) -> str:
    """Return why `value` fails the check of `kind`: a code of `hub.domain.messages`."""
    if type(value) not in _JSON_TYPES.get(kind, (str,)):
        return "type-wrong"
    return "empty" if value == "" else "format-wrong"
