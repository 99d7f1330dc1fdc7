"""What a resource can be found by: index values, each with the element that it comes from. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from hub.record.moments import moment
from hub.record.search.parameters import PARAMETERS, Parameter

# Longer values are cut on both sides of the comparison: an index is not a store.
WIDTH = 200

_CHOICES = {"date": ("DateTime", "Period", "Instant", "date")}
_DAY = 86_400_000_000


def values(resource_type: str, element: str, value: object) -> Iterator[tuple[Parameter, tuple[Any, ...]]]:
    """(parameter, index value) for one element's value, or one item of it.

    Tokens and references give (system, code), strings (folded, exact), dates (low, high) in microseconds."""
    for parameter, steps in _reading(resource_type, element):
        for found in _walk(value, steps):
            for entry in _INDEX[parameter.kind](found):
                yield parameter, entry


@lru_cache(maxsize=4096)
def _reading(resource_type: str, element: str) -> tuple[tuple[Parameter, tuple[str, ...]], ...]:
    """The parameters that read `element`, and the steps from there to what they index."""
    found = []
    for parameter in PARAMETERS[resource_type].values():
        first, *steps = parameter.path.split(".")
        stem = first.removesuffix("[x]")
        if first == element or (first != stem and element in {stem + kind for kind in _CHOICES[parameter.kind]}):
            found.append((parameter, tuple(steps)))
    return tuple(found)


def _walk(value: object, steps: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict):
        if steps[0] in ("phone", "email") and "system" in value:
            if value["system"] == steps[0]:
                yield value
        elif steps[0] == "*":
            for name in ("family", "given", "text", "prefix", "suffix"):
                yield from _walk(value.get(name, []), ())
        elif steps[0] in value:
            yield from _walk(value[steps[0]], steps[1:])


def _token(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield "", "true" if value else "false"
    elif isinstance(value, str):
        yield "", value[:WIDTH]
    elif isinstance(value, dict):
        for coding in value.get("coding", ()):
            yield from _token(coding)
        if "code" in value:
            yield value.get("system", "")[:WIDTH], value["code"][:WIDTH]
        elif "value" in value:
            # A ContactPoint's system is its kind, not a namespace: a phone is found by its number.
            system = value.get("system", "")
            yield ("" if system in ("phone", "email", "fax", "sms") else system)[:WIDTH], value["value"][:WIDTH]


def _reference(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and isinstance(value.get("reference"), str):
        yield "", value["reference"].partition("/_history/")[0][:WIDTH]


def _string(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield fold(value)[:WIDTH], value[:WIDTH]


def fold(text: str) -> str:
    """Lower case without accents, as R4 string search compares (https://hl7.org/fhir/R4/search.html#string)."""
    stripped = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return stripped.casefold()


def _date(value: Any) -> Iterator[tuple[int, int]]:
    if isinstance(value, str):
        yield span(value)
    elif isinstance(value, dict) and ("start" in value or "end" in value):
        low = span(value["start"])[0] if "start" in value else -(1 << 61)
        high = span(value["end"])[1] if "end" in value else 1 << 61
        yield low, high


def span(text: str) -> tuple[int, int]:
    """The microseconds from the first moment of a FHIR date or dateTime to the first moment after it.

    ValueError when it is none."""
    low = moment(text)
    if len(text) == 4:
        return low, _month(int(text) + 1, 1)
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        return low, _month(year + month // 12, month % 12 + 1)
    if len(text) == 10:
        return low, low + _DAY
    if "." in text:
        return low, low + 1
    return low, low + (1_000_000 if text[16:17] == ":" else 60_000_000)


def _month(year: int, month: int) -> int:
    """When a month begins, also the one after the last that a FHIR date can name."""
    return moment(f"{year:04d}-{month:02d}") if year < 10_000 else moment("9999-12-31") + _DAY


_INDEX = {"token": _token, "reference": _reference, "string": _string, "date": _date}
