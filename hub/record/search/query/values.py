"""Read and check the values and modifiers of a condition, by the kind of its parameter. No database access.

https://hl7.org/fhir/R4/search.html#ptypes. Strict: any other value is Invalid `parameter-value` at the parameter's name, whatever
the data (`docs/leaks.md` L33).
"""

from __future__ import annotations

from functools import cache

from hub.domain.dates import parse_span
from hub.domain.errors import Invalid, Problem
from hub.domain.normalization.folding import fold
from hub.record.search.index.extract import parse_number_span
from hub.record.search.index.parameter import Parameter, list_targets
from hub.record.search.index.parameters import COMMON, PARAMETERS
from hub.record.search.query.escaping import plain, split
from hub.record.search.query.query import Composite, SearchCondition

VALUES = 50
# Slashes of a URL in a condition with `:above`, which searches for its beginnings.
STEPS = 16
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
# The modifiers that are offered, by kind (https://hl7.org/fhir/R4/search.html#modifiers). A reference may also have a type.
MODIFIERS = {
    "token": ("not", "missing"),
    "reference": ("missing", "identifier"),
    "canonical": ("missing",),
    "string": ("exact", "contains", "missing"),
    "date": ("missing",),
    "quantity": ("missing",),
    "uri": ("above", "below", "missing"),
    "composite": (),
}


@cache
def list_modifiers(resource_type: str, parameter: Parameter) -> tuple[str, ...]:
    """Return the modifiers of a parameter: those of its kind, the target types of a reference, `of-type` of an identifier."""
    modifiers = MODIFIERS[parameter.kind]
    if parameter.name == "identifier":
        modifiers += ("of-type",)
    return modifiers + list_targets(resource_type, parameter) if parameter.of_reference else modifiers


def read_values(name: str, modifier: str, value: str, parameter: Parameter | None) -> SearchCondition:
    """Read the condition of a parameter with `value`: one or several values, separated by commas.

    `parameter`: None for a parameter that all types have. Raises Invalid `parameter-value` for no value, too many, or one that
    does not fit the kind."""
    raw_values = tuple(word for word in split(value, ",") if word)
    return _check(SearchCondition(name, modifier, tuple(map(plain, raw_values)), parameter, raw_values))


def read_composite(resource_type: str, parameter: Parameter, value: str) -> Composite:
    """Read the condition of a composite `parameter` of the type, whose components are joined by `$`. Raises as `read_values`."""
    alternatives: list[tuple[SearchCondition, ...]] = []
    for alternative in filter(None, split(value, ",")):
        words = split(alternative, "$")
        if len(words) != len(parameter.components) or len(alternatives) >= VALUES:
            raise Invalid(Problem("parameter-value", parameter.name))
        parts = zip(parameter.components, words, strict=True)
        alternatives.append(
            tuple(_read_component(parameter, PARAMETERS[resource_type][part], word) for part, word in parts)
        )
    if not alternatives:
        raise Invalid(Problem("parameter-value", parameter.name))
    return Composite(parameter, tuple(alternatives))


def _read_component(whole: Parameter, parameter: Parameter, word: str) -> SearchCondition:
    """Read one component. An error names the composite `whole`."""
    try:
        return _check(SearchCondition(parameter.name, "", (plain(word),) if word else (), parameter, (word,)))
    except Invalid:
        raise Invalid(Problem("parameter-value", whole.name)) from None


def _check(condition: SearchCondition) -> SearchCondition:
    kind = COMMON[condition.name] if condition.parameter is None else condition.parameter.kind
    wrong = not condition.values or len(condition.values) > VALUES
    if condition.modifier == "missing":
        wrong = wrong or condition.values not in (("true",), ("false",))
    elif condition.modifier == "of-type":
        wrong = wrong or not all(_is_typed(value) for value in condition.written)
    elif condition.modifier == "above":
        wrong = wrong or any(value.count("/") > STEPS for value in condition.values)
    elif kind == "string":
        wrong = wrong or not all(map(fold, condition.values))
    elif kind == "date":
        wrong = wrong or not all(map(_is_date, condition.values))
    elif kind == "quantity":
        wrong = wrong or not all(map(_is_quantity, condition.written))
    if wrong:
        raise Invalid(Problem("parameter-value", condition.name))
    return condition


def _is_date(value: str) -> bool:
    try:
        parse_span(split_prefix(value)[1])
    except (ValueError, OverflowError):
        return False
    return True


def _is_quantity(value: str) -> bool:
    """`number`, `number|system|code` or `number||code`."""
    words = split(split_prefix(value)[1], "|")
    try:
        parse_number_span(words[0])
    except ValueError:
        return False
    return len(words) == 1 or (len(words) == 3 and bool(words[2]))


def _is_typed(value: str) -> bool:
    words = split(value, "|")
    return len(words) == 3 and all(words)


def split_prefix(value: str) -> tuple[str, str]:
    """Split a date or a number into (prefix, rest); the default prefix is `eq`."""
    return (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)
