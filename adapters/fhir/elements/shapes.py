"""The forms of the R4 datatypes that are taken over as they are written (https://hl7.org/fhir/R4/datatypes.html).

A value is taken over if each of its elements is one of the datatype's and has the datatype's own form: no extension and no
reference, which would point to a resource of the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from adapters.fhir.elements.primitives import CONTROL, is_date, is_short

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?", re.ASCII)
_CODE = re.compile(r"[^\s]+( [^\s]+)*")
_COMPARATORS = ("<", "<=", ">=", ">")
_UNITS_OF_TIME = ("s", "min", "h", "d", "wk", "mo", "a")
_UCUM = "http://unitsofmeasure.org"
_MOST_TEXT = 1 << 20  # characters of an R4 string


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not CONTROL.search(value) and len(value) <= _MOST_TEXT


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and is_short(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 31


_PRIMITIVES: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "string": _is_text,
        "uri": lambda value: _is_text(value) and not re.search(r"\s", value),
        "code": lambda value: _is_text(value) and _CODE.fullmatch(value) is not None,
        "boolean": lambda value: isinstance(value, bool),
        "decimal": _is_number,
        "integer": _is_whole,
        "positiveInt": lambda value: _is_whole(value) and value > 0,
        "dateTime": lambda value: isinstance(value, str) and is_date(value),
        "instant": lambda value: isinstance(value, str) and "T" in value and is_date(value),
        "time": lambda value: isinstance(value, str) and _TIME.fullmatch(value) is not None,
        "comparator": lambda value: value in _COMPARATORS,
        "unit of time": lambda value: value in _UNITS_OF_TIME,
    }
)
_QUANTITY = {"value": "decimal", "unit": "string", "system": "uri", "code": "code"}
# Element → datatype; `*` an array, `!` required.
_OBJECTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "CodeableConcept": {"coding": "Coding*", "text": "string"},
        "Coding": {"system": "uri", "version": "string", "code": "code", "display": "string", "userSelected": "boolean"},
        "SimpleQuantity": _QUANTITY,
        "Quantity": {**_QUANTITY, "comparator": "comparator"},
        "Age": _QUANTITY,
        "Range": {"low": "SimpleQuantity", "high": "SimpleQuantity"},
        "Ratio": {"numerator": "Quantity!", "denominator": "Quantity!"},
        "Period": {"start": "dateTime", "end": "dateTime"},
        "ReferenceRange": {
            "low": "SimpleQuantity", "high": "SimpleQuantity", "type": "CodeableConcept", "appliesTo": "CodeableConcept*",
            "age": "Range", "text": "string",
        },
        "Stage": {"summary": "CodeableConcept!", "type": "CodeableConcept"},
        "Evidence": {"code": "CodeableConcept*!"},
        "Reaction": {
            "substance": "CodeableConcept", "manifestation": "CodeableConcept*!", "description": "string", "onset": "dateTime",
            "severity": "code", "exposureRoute": "CodeableConcept",
        },
        "Dosage": {
            "sequence": "integer", "text": "string", "additionalInstruction": "CodeableConcept*", "patientInstruction": "string",
            "timing": "Timing", "asNeededBoolean": "boolean", "asNeededCodeableConcept": "CodeableConcept",
            "site": "CodeableConcept", "route": "CodeableConcept", "method": "CodeableConcept", "doseAndRate": "Dose*",
        },
        "Dose": {
            "type": "CodeableConcept", "doseRange": "Range", "doseQuantity": "SimpleQuantity", "rateRatio": "Ratio",
            "rateRange": "Range", "rateQuantity": "SimpleQuantity",
        },
        "Timing": {"repeat": "Repeat", "code": "CodeableConcept"},
        "Repeat": {"frequency": "positiveInt", "period": "decimal", "periodUnit": "unit of time", "boundsPeriod": "Period"},
    }
)  # fmt: skip
_CHOICES = MappingProxyType(
    {
        "DateTime": "dateTime", "Period": "Period", "Range": "Range", "Ratio": "Ratio", "Quantity": "Quantity", "Age": "Age",
        "CodeableConcept": "CodeableConcept", "String": "string", "Boolean": "boolean", "Integer": "integer", "Time": "time",
        "Instant": "instant",
    }
)  # fmt: skip
_SEVERITIES = ("mild", "moderate", "severe")


def has_shape(value: Any, datatype: str) -> bool:
    """Return whether `value` is of this datatype and holds nothing else."""
    check = _PRIMITIVES.get(datatype)
    if check is not None:
        return check(value)
    elements = _OBJECTS[datatype]
    if not isinstance(value, dict) or not value or not value.keys() <= elements.keys():
        return False
    if any(kind.endswith("!") and name not in value for name, kind in elements.items()):
        return False
    return all(_has_kind(inner, elements[name]) for name, inner in value.items()) and _is_sound(value, datatype)


def get_choice_type(name: str, key: str) -> str:
    """Return the datatype of the choice `name[x]` that the element `key` is; "" for one that is not taken over."""
    return _CHOICES.get(key.removeprefix(name), "")


def _has_kind(value: Any, kind: str) -> bool:
    kind = kind.removesuffix("!")
    if kind.endswith("*"):
        return isinstance(value, list) and bool(value) and all(has_shape(item, kind[:-1]) for item in value)
    return has_shape(value, kind)


def _is_sound(value: dict[str, Any], datatype: str) -> bool:
    """Return whether the invariants of the datatype hold: qty-3, age-1, per-1, obs-3 and those of a repeat."""
    if datatype in ("Quantity", "SimpleQuantity"):
        return "code" not in value or "system" in value
    if datatype == "Age":
        return value.get("system") == _UCUM and "code" in value
    if datatype == "Period":
        start, end = value.get("start", ""), value.get("end", "")
        return not (start and end) or start[:10] <= end[:10]
    if datatype == "ReferenceRange":
        return bool(value.keys() & {"low", "high", "text"})
    if datatype == "Reaction":
        return value.get("severity", "mild") in _SEVERITIES
    if datatype == "Repeat":
        return ("period" in value) == ("periodUnit" in value) and value.get("period", 1) > 0
    return True
