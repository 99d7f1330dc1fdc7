"""What a resource can be found by: index values, each with the element that it comes from. Pure.

What reads an element is put together once for each type and element.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Any

from hub.record.db.clock import moment
from hub.record.search.index.parameter import Parameter
from hub.record.search.index.parameters import PARAMETERS

Entry = tuple[Any, ...]
Reader = Callable[[Any], Iterable[Entry]]

# Longer values are cut on both sides of the comparison: an index is not a store.
WIDTH = 200
# What has no such end, in dates and in quantities.
EARLIEST, LATEST = -(1 << 61), 1 << 61
LEAST, MOST = -1e300, 1e300

_SYSTEMS = ("phone", "email", "fax", "sms")
# The texts of a HumanName and of an Address.
_TEXTS = (
    "family", "given", "text", "prefix", "suffix", "line", "city", "district", "state", "postalCode", "country",
)  # fmt: skip
_DAY = 86_400_000_000


def values(resource_type: str, element: str, value: object) -> Iterator[tuple[Parameter, Entry]]:
    """(parameter, index value) for one element's value, or one item of it.

    Tokens, uris and references give (system, code), strings (folded, exact), dates (low, high) in microseconds, quantities
    (low, high, system, code, unit). What answers `:of-type` and `:identifier` has a parameter of that name of its own."""
    for parameter, reader in _readers(resource_type, element):
        for entry in reader(value):
            yield parameter, entry


@cache
def modified(parameter: Parameter, modifier: str) -> Parameter:
    """The parameter under whose name stands what answers `modifier`."""
    return Parameter(f"{parameter.name}:{modifier}", "token", parameter.path)


@lru_cache(maxsize=4096)
def _readers(resource_type: str, element: str) -> tuple[tuple[Parameter, Reader], ...]:
    """The parameters that read `element`, and what reads it for them."""
    readers: list[tuple[Parameter, Reader]] = []
    for parameter in PARAMETERS[resource_type].values():
        for path in parameter.paths:
            if path.element != element:
                continue
            readers.append((parameter, partial(_read, path.steps, _INDEX[parameter.kind], path.only)))
            if parameter.kind == "reference":
                logical = partial(_logical, path.only)
                readers.append((modified(parameter, "identifier"), partial(_read, path.steps, logical, "")))
            elif parameter.name == "identifier":
                readers.append((modified(parameter, "of-type"), partial(_read, path.steps, _typed, "")))
    return tuple(readers)


def _read(steps: tuple[str, ...], index: Reader, only: str, value: Any) -> Iterator[Entry]:
    for said in _walk(value, steps):
        for entry in index(said):
            if not only or entry[1].startswith(f"{only}/"):
                yield entry


def _walk(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, steps)
    elif not steps:
        yield value
    elif steps[0] == "exists()":
        yield True
    elif isinstance(value, dict):
        yield from _inside(value, steps)


def _inside(value: dict[str, Any], steps: tuple[str, ...]) -> Iterator[Any]:
    if steps[0] in _SYSTEMS and "system" in value:
        if value["system"] == steps[0]:
            yield value
    elif steps[0] == "*":
        for name in _TEXTS:
            yield from _walk(value.get(name, []), ())
    elif steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])


def _token(value: Any) -> Iterator[Entry]:
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
            yield ("" if system in _SYSTEMS else system)[:WIDTH], value["value"][:WIDTH]


def _typed(value: Any) -> Iterator[Entry]:
    """An Identifier by its type: (system of the type, `code|value`)."""
    if isinstance(value, dict) and "value" in value:
        for coding in value.get("type", {}).get("coding", ()):
            if "code" in coding:
                yield coding.get("system", "")[:WIDTH], f"{coding['code']}|{value['value']}"[:WIDTH]


def _reference(value: Any) -> Iterator[Entry]:
    if isinstance(value, dict) and isinstance(value.get("reference"), str):
        yield "", value["reference"].partition("/_history/")[0][:WIDTH]


def _logical(only: str, value: Any) -> Iterator[Entry]:
    """A Reference by the identifier that it says beside, or instead of, the literal one; of the type `only`, if it says one."""
    if isinstance(value, dict) and isinstance(value.get("identifier"), dict):
        said = value.get("type") or str(value.get("reference", "")).partition("/")[0]
        if not only or said in ("", only):
            yield from _token(value["identifier"])


def _canonical(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        url, bar, _ = value.partition("|")
        yield "", url[:WIDTH]
        if bar:
            yield "", value[:WIDTH]


def _uri(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        yield "", value[:WIDTH]


def _string(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        yield fold(value)[:WIDTH], value[:WIDTH]


def fold(text: str) -> str:
    """Lower case without accents, as R4 string search compares (https://hl7.org/fhir/R4/search.html#string)."""
    stripped = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return stripped.casefold()


def _date(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        yield span(value)
    elif isinstance(value, dict) and ("start" in value or "end" in value):
        low = span(value["start"])[0] if "start" in value else EARLIEST
        high = span(value["end"])[1] if "end" in value else LATEST
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


def _quantity(value: Any) -> Iterator[Entry]:
    """A Quantity or a Range, by the number itself: the precision that counts is the asker's. A comparator opens its side."""
    if not isinstance(value, dict):
        return
    if "value" in value:
        exact, comparator = number(value["value"]), value.get("comparator", "")
        yield LEAST if "<" in comparator else exact, MOST if ">" in comparator else exact, *_unit(value)
    elif "low" in value or "high" in value:
        first, last = value.get("low", {}), value.get("high", {})
        low = number(first["value"]) if "value" in first else LEAST
        high = number(last["value"]) if "value" in last else MOST
        yield low, high, *_unit(first or last)


def _unit(value: dict[str, Any]) -> tuple[str, str, str]:
    return value.get("system", "")[:WIDTH], value.get("code", "")[:WIDTH], value.get("unit", "")[:WIDTH]


def number(said: Any) -> float:
    """A number as JSON or a search says it; one beyond what a float holds stands at the end. ValueError when it is none."""
    return _bounded(_exact(said))


def number_span(said: str) -> tuple[float, float]:
    """From where to where a number counts as this one: half a digit of its last place to both sides
    (https://hl7.org/fhir/R4/search.html#number): 5.4 is from 5.35 to 5.45, and 5.40 from 5.395 to 5.405.

    ValueError when it is none."""
    exact = _exact(said)
    half = Decimal(5).scaleb(max(-400, min(400, int(exact.as_tuple().exponent) - 1)))
    return _bounded(exact - half), _bounded(exact + half)


def _exact(said: Any) -> Decimal:
    try:
        exact = Decimal(str(said))
    except ArithmeticError:
        raise ValueError from None
    if not exact.is_finite():
        raise ValueError
    return exact


def _bounded(exact: Decimal) -> float:
    return max(LEAST, min(MOST, float(exact)))


_INDEX: dict[str, Reader] = {
    "token": _token,
    "reference": _reference,
    "canonical": _canonical,
    "uri": _uri,
    "string": _string,
    "date": _date,
    "quantity": _quantity,
}
