"""OBX-5 → the value of a measure, by the type that OBX-2 names.

Source: HL7 v2.5 §2.A.47 (NM), §2.A.67 (SN), §2.A.15 (CQ), §2.A.50 (NR), §7.4.2.5; FHIR R4 Quantity, Range, Ratio.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from adapters.hl7v2.datatypes.codes import read_code
from adapters.hl7v2.datatypes.dates import is_datetime, read_datetime, read_time
from adapters.hl7v2.syntax.er7 import Value
from hub.domain.referral.clinical import Measure
from hub.domain.referral.datatypes import Code

_NUMBER = re.compile(r"[+-]?([0-9]{1,18}([.,][0-9]{1,18})?|[.,][0-9]{1,18})([eE][+-]?[0-9]{1,2})?")
_COMPARED = re.compile(r"(?P<comparator><=|>=|<|>|≤|≥)\s*(?P<number>\S+)")
_COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}
_CODED = ("CE", "CWE", "CNE", "CF")
_DATED = ("DT", "TS", "DTM")
WITHOUT_UNIT = (*_CODED, *_DATED, "TM")
"""The types whose value has no unit."""
_TEXTS = ("FT", "TX", "ST")
_MAX_DIGITS = 18


def read_values(values: tuple[Value, ...], kind: str, bare: Measure, unit: Code | None) -> tuple[Measure, ...]:
    """Return `bare` with each of `values`. Repetitions of a text are its lines, so they are one value."""
    if kind in _TEXTS or kind not in _READERS:
        text = "\n".join(value.whole for value in values)
        return (replace(bare, value=_join_unit(text, unit)),)
    return tuple(_READERS[kind](value, bare, unit) for value in values)


def parse_number(text: str) -> str:
    """Return a decimal as FHIR writes it (`.5` is 0.5, `51,4` is 51.4, `1E3` is 1000), digits kept; "" for anything else."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return ""
    number = format(Decimal(text.replace(",", ".")), "f")
    return number if len(number) <= _MAX_DIGITS + 1 else ""


def _read_number(value: Value, bare: Measure, unit: Code | None) -> Measure:
    """NM: a number, also with a comparator before it (`>100`); anything else is a text with its unit."""
    text = value.whole
    compared = _COMPARED.fullmatch(text)
    number = parse_number(compared["number"] if compared else text)
    if not number:
        return replace(bare, value=_join_unit(text, unit))
    comparator = _COMPARATORS[compared["comparator"]] if compared else ""
    return replace(bare, value=text, number=number, unit=unit, comparator=comparator)


def _read_structured(value: Value, bare: Measure, unit: Code | None) -> Measure:
    """SN: 1 comparator, 2 number, 3 separator, 4 second number: `>^100`, `1^-^5` (a range), `1^:^128` (a ratio)."""
    comparator, separator = value.part(1), value.part(3)
    first, second = parse_number(value.part(2)), parse_number(value.part(4))
    text = " ".join(part for part in (comparator, value.part(2), separator, value.part(4)) if part)
    numbered = replace(bare, value=text, number=first, unit=unit)
    if first and not separator and not value.part(4) and comparator in (*_COMPARATORS, "", "="):
        return replace(numbered, comparator=_COMPARATORS.get(comparator, ""))
    if first and second and separator == "-" and not comparator:
        return replace(numbered, high=second)
    if first and second and separator in (":", "/") and not comparator:
        return replace(numbered, denominator=second)
    return replace(bare, value=_join_unit(text, unit))


def _read_range(value: Value, bare: Measure, unit: Code | None) -> Measure:
    """NR: 1 low, 2 high."""
    low, high = parse_number(value.part(1)), parse_number(value.part(2))
    if not high or (value.part(1) and not low):
        return replace(bare, value=_join_unit(value.words, unit))
    return replace(bare, value=value.words, number=low, high=high, unit=unit)


def _read_quantity(value: Value, bare: Measure, unit: Code | None) -> Measure:
    """CQ: 1 number, 2 unit."""
    number, own_unit = parse_number(value.part(1)), value.part(2)
    unit = Code(code=own_unit, text=own_unit) if own_unit else unit
    if not number:
        return replace(bare, value=_join_unit(value.part(1), unit))
    return replace(bare, value=value.part(1), number=number, unit=unit)


def _read_coded(value: Value, bare: Measure, _: Code | None) -> Measure:
    code = read_code(value)
    return replace(bare, value=(code.text or code.code) if code else "", coded=code)


def _read_moment(value: Value, bare: Measure, _: Code | None) -> Measure:
    moment = read_datetime(value) if is_datetime(value) else ""
    return replace(bare, value=moment or value.whole, moment=moment)


def _read_time_of_day(value: Value, bare: Measure, _: Code | None) -> Measure:
    time = read_time(value)
    return replace(bare, value=time or value.whole, time=time)


def _join_unit(text: str, unit: Code | None) -> str:
    word = (unit.text or unit.code) if unit else ""
    return f"{text} {word}".strip() if text and word else text


_READERS = {
    "NM": _read_number,
    "SN": _read_structured,
    "NR": _read_range,
    "CQ": _read_quantity,
    "TM": _read_time_of_day,
    **dict.fromkeys(_CODED, _read_coded),
    **dict.fromkeys(_DATED, _read_moment),
}
