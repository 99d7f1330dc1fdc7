"""Extract the index values of an element of a resource. No database access.

The functions that read an element are combined once for each type and element, and cached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Any

from hub.domain.dates import parse_span
from hub.domain.normalization.folding import fold, list_word_starts
from hub.record.search.index.parameter import Parameter
from hub.record.search.index.parameters import PARAMETERS

Entry = tuple[Any, ...]
Reader = Callable[[Any], Iterable[Entry]]

# Longer values are cut to this length, in the index and in the query.
WIDTH = 200
# The ends of open intervals, of dates and of quantities.
EARLIEST, LATEST = -(1 << 61), 1 << 61
LEAST, MOST = -1e300, 1e300

_SYSTEMS = ("phone", "email", "fax", "sms")
# The texts of a HumanName and of an Address.
_TEXTS = (
    "family", "given", "text", "prefix", "suffix", "line", "city", "district", "state", "postalCode", "country",
)  # fmt: skip
# Names and addresses are found by the beginning of each of their words; each word has a row with this modifier.
WORDS = "words"
BY_WORDS = frozenset(
    {"family", "given", "name", "address", "address-city", "address-country", "address-postalcode", "address-state"}
)


def list_values(resource_type: str, element: str, value: object) -> Iterator[tuple[Parameter, Entry]]:
    """Yield (parameter, index value) for the value of one element, or one item of it.

    An index value is (system, code) for tokens, uris and references, (folded, exact) for strings, (low, high) in microseconds
    for dates, and (low, high, system, code, unit) for quantities. The values for `:of-type` and `:identifier` have parameters
    of their own."""
    for parameter, reader in _list_readers(resource_type, element):
        for entry in reader(value):
            yield parameter, entry


@cache
def build_modifier_parameter(parameter: Parameter, modifier: str) -> Parameter:
    """Return the parameter under whose name the values for `modifier` are indexed, such as `identifier:of-type`."""
    return Parameter(f"{parameter.name}:{modifier}", "string" if modifier == WORDS else "token", parameter.path)


@lru_cache(maxsize=4096)
def _list_readers(resource_type: str, element: str) -> tuple[tuple[Parameter, Reader], ...]:
    """Return the parameters that index `element`, each with the function that extracts its values."""
    readers: list[tuple[Parameter, Reader]] = []
    for parameter in PARAMETERS[resource_type].values():
        for path in parameter.paths:
            if path.element != element:
                continue
            readers.append((parameter, partial(_read, path.steps, _get_reader(parameter), path.only)))
            if parameter.kind == "reference":
                logical = partial(_read_logical_reference, path.only)
                readers.append(
                    (build_modifier_parameter(parameter, "identifier"), partial(_read, path.steps, logical, ""))
                )
            elif parameter.name in BY_WORDS:
                readers.append(
                    (build_modifier_parameter(parameter, WORDS), partial(_read, path.steps, _read_words, ""))
                )
            elif parameter.name == "identifier":
                readers.append(
                    (
                        build_modifier_parameter(parameter, "of-type"),
                        partial(_read, path.steps, _read_typed_identifier, ""),
                    )
                )
    return tuple(readers)


def _get_reader(parameter: Parameter) -> Reader:
    if parameter.kind == "date":
        return partial(_read_date, parameter.zone)
    return _read_contact if parameter.is_contact else _INDEX[parameter.kind]


def _read(steps: tuple[str, ...], index: Reader, only: str, value: Any) -> Iterator[Entry]:
    for content in _walk(value, steps):
        for entry in index(content):
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
        yield from _walk_object(value, steps)


def _walk_object(value: dict[str, Any], steps: tuple[str, ...]) -> Iterator[Any]:
    if steps[0] in _SYSTEMS and "system" in value:
        if value["system"] == steps[0]:
            yield value
    elif steps[0] == "*":
        for name in _TEXTS:
            yield from _walk(value.get(name, []), ())
    elif steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])


def _read_token(value: Any) -> Iterator[Entry]:
    if isinstance(value, bool):
        yield "", "true" if value else "false"
    elif isinstance(value, str):
        yield "", value[:WIDTH]
    elif isinstance(value, dict):
        for coding in value.get("coding", ()):
            yield from _read_token(coding)
        if "code" in value:
            yield value.get("system", "")[:WIDTH], value["code"][:WIDTH]
        elif "value" in value:
            # The system of a ContactPoint is its kind, not a namespace: a search by phone gives the number only.
            system = value.get("system", "")
            yield ("" if system in _SYSTEMS else system)[:WIDTH], value["value"][:WIDTH]


def _read_contact(value: Any) -> Iterator[Entry]:
    for system, contact in _read_token(value):
        yield system, contact.lower()


def _read_typed_identifier(value: Any) -> Iterator[Entry]:
    """An Identifier by its type: (system of the type, `code|value`)."""
    if isinstance(value, dict) and "value" in value:
        for coding in value.get("type", {}).get("coding", ()):
            if "code" in coding:
                yield coding.get("system", "")[:WIDTH], f"{coding['code']}|{value['value']}"[:WIDTH]


def _read_reference(value: Any) -> Iterator[Entry]:
    if isinstance(value, dict) and isinstance(value.get("reference"), str):
        yield "", value["reference"].partition("/_history/")[0][:WIDTH]


def _read_logical_reference(only: str, value: Any) -> Iterator[Entry]:
    """The identifier of a Reference, as a token; only of a Reference to the type `only` (unless ""), if it names a type."""
    if isinstance(value, dict) and isinstance(value.get("identifier"), dict):
        kind = value.get("type") or str(value.get("reference", "")).partition("/")[0]
        if not only or kind in ("", only):
            yield from _read_token(value["identifier"])


def _read_canonical(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        url, bar, _ = value.partition("|")
        yield "", url[:WIDTH]
        if bar:
            yield "", value[:WIDTH]


def _read_uri(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        yield "", value[:WIDTH]


def _read_string(value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        yield fold(value)[:WIDTH], value[:WIDTH]


def _read_words(value: Any) -> Iterator[Entry]:
    """A string from each of its words on, so that either half of a double name finds it."""
    if isinstance(value, str):
        for start in list_word_starts(fold(value)):
            yield start[:WIDTH], value[:WIDTH]


def _read_date(zone: tzinfo | None, value: Any) -> Iterator[Entry]:
    """A date, a time, a Period or a Timing as an interval. `zone`: of dates (`Parameter.zone`)."""
    if isinstance(value, str):
        yield parse_span(value, zone)
    elif isinstance(value, dict) and ("start" in value or "end" in value):
        low = parse_span(value["start"], zone)[0] if "start" in value else EARLIEST
        high = parse_span(value["end"], zone)[1] if "end" in value else LATEST
        yield low, high
    elif isinstance(value, dict) and ("event" in value or "repeat" in value):
        yield _read_timing(zone, value)


def _read_timing(zone: tzinfo | None, timing: dict[str, Any]) -> Entry:
    """The outer limits of a Timing: of its events and of the period that bounds it, between which what it says more is not looked
    at (https://hl7.org/fhir/R4/search.html#date). What repeats without such a bound is open at that end."""
    spans = [parse_span(event, zone) for event in timing.get("event", ()) if isinstance(event, str)]
    if "repeat" in timing:
        bounds = timing["repeat"].get("boundsPeriod", {})
        low = [parse_span(bounds["start"], zone)[0]] if "start" in bounds else []
        high = parse_span(bounds["end"], zone)[1] if "end" in bounds else LATEST
        first = min([*low, *(span[0] for span in spans)], default=EARLIEST)
        return first, max([high, *(span[1] for span in spans)])
    if not spans:  # events that are only extended
        return EARLIEST, LATEST
    return min(span[0] for span in spans), max(span[1] for span in spans)


def _read_quantity(value: Any) -> Iterator[Entry]:
    """A Quantity or a Range, as an interval. Only the precision of the search value counts. A comparator opens one end."""
    if not isinstance(value, dict):
        return
    if "value" in value:
        exact, comparator = parse_number(value["value"]), value.get("comparator", "")
        yield LEAST if "<" in comparator else exact, MOST if ">" in comparator else exact, *_read_unit(value)
    elif "low" in value or "high" in value:
        first, last = value.get("low", {}), value.get("high", {})
        low = parse_number(first["value"]) if "value" in first else LEAST
        high = parse_number(last["value"]) if "value" in last else MOST
        yield low, high, *_read_unit(first or last)


def _read_unit(value: dict[str, Any]) -> tuple[str, str, str]:
    return value.get("system", "")[:WIDTH], value.get("code", "")[:WIDTH], value.get("unit", "")[:WIDTH]


def parse_number(value: Any) -> float:
    """Return the number in JSON or in a search value, limited to [`LEAST`, `MOST`]. Raises ValueError when it is none."""
    return _clamp(_parse_decimal(value))


def parse_number_span(text: str) -> tuple[float, float]:
    """Return the interval of numbers equal to `text` in its precision: half a unit of its last digit to both sides
    (https://hl7.org/fhir/R4/search.html#number). 5.4 is from 5.35 to 5.45, and 5.40 from 5.395 to 5.405.

    Raises ValueError when `text` is not a number."""
    exact = _parse_decimal(text)
    half = Decimal(5).scaleb(max(-400, min(400, int(exact.as_tuple().exponent) - 1)))
    return _clamp(exact - half), _clamp(exact + half)


def _parse_decimal(value: Any) -> Decimal:
    try:
        exact = Decimal(str(value))
    except ArithmeticError:
        raise ValueError from None
    if not exact.is_finite():
        raise ValueError
    return exact


def _clamp(exact: Decimal) -> float:
    return max(LEAST, min(MOST, float(exact)))


_INDEX: dict[str, Reader] = {
    "token": _read_token,
    "reference": _read_reference,
    "canonical": _read_canonical,
    "uri": _read_uri,
    "string": _read_string,
    "quantity": _read_quantity,
}
