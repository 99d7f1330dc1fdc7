"""Which components of each HL7 data type the readers carry: all of a value is carried, or it is said in words too.

Source: HL7 v2.5 §2.A. A component that only says how to read another (a type, an authority, a coding system) counts as carried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from adapters.hl7v2.datatypes.dates import is_date, is_datetime, precedes, read_date
from adapters.hl7v2.syntax.er7 import Value

_ALL = 99
# Type → component → how many of its subcomponents are carried.
_CARRIED: Mapping[str, Mapping[int, int]] = MappingProxyType(
    {
        "ID": {1: 1, 2: 1, 3: 1},
        "ST": {1: 1},
        "SI": {1: 1},
        "DT": {1: 1},
        "DTM": {1: 1},
        "INSTANT": {1: 1},
        "CWE": dict.fromkeys((*range(1, 7), 9, *range(10, 13), 14), 1),
        "UNIT": dict.fromkeys((1, 2, 3, 9, 14), 1),
        "CX": {1: 1, 4: _ALL, 5: 1, 7: 1, 8: 1},
        "EI": {1: 1, 2: 1, 3: 1, 4: 1},
        "XPN": {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1},
        "XCN": {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 9: _ALL, 10: 1, 13: 1},
        "PLN": {1: 1, 2: 1, 3: 1},
        "XON": {1: 1, 3: 1, 6: _ALL, 7: 1, 10: 1},
        "XAD": {1: 3, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 9: 1},
        "XTN": {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 9: 1, 12: 1},
    }
)
_WHOLE = ("TX", "PL", "VALUE")  # read as a whole, whatever the components
_DIGITS = re.compile(r"[0-9]")


def is_carried(value: Value, type_: str) -> bool:
    """Return whether the readers take all that `value`, of that data type, says."""
    if type_ in _WHOLE:
        return True
    if type_ not in _CARRIED or any(
        component not in _CARRIED[type_] or subcomponent > _CARRIED[type_][component]
        for component, subcomponent in value.list_places()
    ):
        return False
    return type_ not in _CHECKS or _CHECKS[type_](value)


def _is_whole_code(value: Value) -> bool:
    """Return whether the elements of a Code carry the whole value. There is none for an original text (9) that differs from the
    display (2), nor for a text (5, 11) without its code."""
    has_code = value.part(1) or value.part(2) or value.part(9)
    return (not value.part(9) or value.part(2) in ("", value.part(9))) and all(
        not value.part(first + 1) or value.part(first) or not has_code for first in (4, 10)
    )


def _is_one_number(value: Value) -> bool:
    """XTN: the number may be written twice, in its parts and as a whole; two different ones need two elements."""
    numbers = [value.part(12), value.part(1), "".join(value.part(part) for part in (5, 6, 7)), value.part(9)]
    mails = {part for part in (value.part(4), value.part(1)) if "@" in part}
    digits = {"".join(_DIGITS.findall(number)) or number for number in numbers if number and number not in mails}
    return len(digits) + len(mails) == 1 and (bool(mails) or not value.part(4))


def _has_sound_period(value: Value) -> bool:
    start, end = read_date(value, 7), read_date(value, 8)
    has_dates = bool(start) == bool(value.part(7)) and bool(end) == bool(value.part(8))
    return bool(value.part(1)) and has_dates and not precedes(end, start)


def _is_one_name(value: Value) -> bool:
    return bool(value.part(1) or value.part(2))


def _is_one_number_of_organisation(value: Value) -> bool:
    return not (value.part(3) and value.part(10))


_CHECKS: Mapping[str, Callable[[Value], bool]] = {
    "CWE": _is_whole_code,
    "UNIT": _is_whole_code,
    "CX": _has_sound_period,
    "EI": lambda value: bool(value.part(1)),
    "DT": is_date,
    "DTM": is_datetime,
    "INSTANT": lambda value: "T" in value.part(1) or len(re.sub(r"[+-][0-9]{4}$", "", value.part(1))) >= 10,
    "SI": lambda value: re.fullmatch(r"0*[1-9][0-9]{0,8}", value.part(1)) is not None,
    "XPN": _is_one_name,
    "XCN": lambda value: _is_one_name(value) or bool(value.part(2) or value.part(3)),
    "XTN": _is_one_number,
    "XON": _is_one_number_of_organisation,
    # The INSEE code is kept of a birth place alone.
    "XAD": lambda value: (
        any(value.part(part) for part in (1, 2, 3, 4, 5, 6)) and (not value.part(9) or value.part(7) == "BDL")
    ),
}
