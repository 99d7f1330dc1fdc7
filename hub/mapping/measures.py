"""The value of an observation, its interpretation and its reference range (https://hl7.org/fhir/R4/observation.html)."""

from __future__ import annotations

import re
from decimal import Decimal

from fhir_profiles import codes
from hub.domain.referral.clinical import Measure
from hub.domain.referral.datatypes import Code
from hub.mapping.shape import Json, build_coding, clean_code, compact, convert_concept

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,16})(\.[0-9]{1,17})?")
_MAX_DIGITS = 18  # of a FHIR decimal
_LIMITS = re.compile(r"(?P<low>-?[0-9]+([.,][0-9]+)?)\s*(-|–|à)\s*(?P<high>-?[0-9]+([.,][0-9]+)?)")
_BELOW = re.compile(r"(<=?|≤)\s*(?P<high>-?[0-9]+([.,][0-9]+)?)")
_ABOVE = re.compile(r"(>=?|≥)\s*(?P<low>-?[0-9]+([.,][0-9]+)?)")
# v3-ObservationInterpretation, R4: what table 0078 shares with it.
_INTERPRETATION_CODES = """
CAR B D U W < > AC IE QCF TOX A AA HH LL H HU L LU N I MS NCL NS R SYN-R S SDD SYN-S VS HX LX HM OBX POS IND NEG ND DET EXP
UNE NR RR WR E
"""
_INTERPRETATIONS = frozenset(_INTERPRETATION_CODES.split())


def build_value(measure: Measure) -> Json:
    """Return `value[x]`: Quantity, Range, Ratio, CodeableConcept, dateTime, time or string; {} without a value."""
    if is_number(measure.high) and (is_number(measure.number) or not measure.number):
        low = _build_quantity(measure.number, measure.unit) if measure.number else {}
        return {"valueRange": compact(low=low, high=_build_quantity(measure.high, measure.unit))}
    if measure.denominator and is_number(measure.denominator) and is_number(measure.number):
        numerator = _build_quantity(measure.number, measure.unit)
        return {"valueRatio": {"numerator": numerator, "denominator": _build_quantity(measure.denominator, None)}}
    if is_number(measure.number):
        quantity = _build_quantity(measure.number, measure.unit)
        return {"valueQuantity": compact(value=quantity.pop("value"), comparator=measure.comparator, **quantity)}
    if measure.moment:
        return {"valueDateTime": measure.moment}
    if measure.time:
        return {"valueTime": measure.time}
    return compact(valueCodeableConcept=convert_concept(measure.coded)) or compact(
        valueString=measure.value or measure.number
    )


def build_interpretation(code: Code) -> Json:
    """Return an interpretation: a code that FHIR's own system has, in it; any other as the sender wrote it."""
    own = build_coding(codes.INTERPRETATION, code.code) if clean_code(code.code) in _INTERPRETATIONS else {}
    return compact(coding=[own], text=code.text) if own else convert_concept(code)


def build_reference_range(measure: Measure) -> list[Json]:
    """Return the range as written, and its limits where they are two numbers or one (`70-80`, `<5`)."""
    text = measure.normal_range.strip()
    match = _LIMITS.fullmatch(text) or _BELOW.fullmatch(text) or _ABOVE.fullmatch(text)
    limits = {
        name: _build_quantity(number.replace(",", "."), measure.unit)
        for name, number in (match.groupdict() if match else {}).items()
        if number and is_number(number.replace(",", "."))
    }
    return [compact(**limits, text=text)] if text else []


def is_number(text: str) -> bool:
    """Return whether R4 can hold the number: at most 18 digits."""
    return _NUMBER.fullmatch(text) is not None and sum(map(str.isdigit, text)) <= _MAX_DIGITS


def _build_quantity(number: str, unit: Code | None) -> Json:
    return {"value": Decimal(number), **_build_unit(unit)}


def _build_unit(unit: Code | None) -> Json:
    """Return the unit's words, and its code when it has a system (qty-3)."""
    if unit is None:
        return {}
    system, code = (unit.system, clean_code(unit.code)) if unit.system and clean_code(unit.code) else ("", "")
    return compact(unit=unit.text or unit.code, system=system, code=code)
