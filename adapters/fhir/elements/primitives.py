"""The forms of R4 primitives and names (https://hl7.org/fhir/R4/datatypes.html#primitive)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MAX_DIGITS = 18  # of a number, and of its power of ten
NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

_DATE = re.compile(
    r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?", re.ASCII
)  # a time has its zone


def is_date(value: str) -> bool:
    """Return whether this is a date or dateTime that exists, at any precision."""
    if not _DATE.fullmatch(value):
        return False
    try:
        if "T" in value:
            datetime.fromisoformat(value)
        else:
            date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        return False
    return True


def is_short(number: int | Decimal) -> bool:
    """Return whether a number has no more digits than every reader can hold."""
    exact = Decimal(number)
    return len(exact.as_tuple().digits) <= MAX_DIGITS and abs(exact.adjusted()) <= MAX_DIGITS


def get_tail(url: Any) -> str:
    """Return the last part of an address, without version, which names an extension; `unnamed` if it is not a name."""
    name = url.rpartition("/")[2].partition("|")[0] if isinstance(url, str) else ""
    return name if NAME.fullmatch(name) else "unnamed"
