"""The values of a condition, read and checked: what each kind of parameter takes, and with which modifiers.

https://hl7.org/fhir/R4/search.html#ptypes. Strict: what is not declared is Invalid `parameter-value` at the parameter's name, the
same whatever the data (`docs/leaks.md` L33). Pure.
"""

from __future__ import annotations

from functools import cache

from hub.domain.errors import Invalid, Problem
from hub.record.search.index.extract import fold, number_span, span
from hub.record.search.index.parameter import Parameter, targets_of
from hub.record.search.index.parameters import COMMON, PARAMETERS
from hub.record.search.query.escaping import plain, split
from hub.record.search.query.query import Composite, SearchCondition

VALUES = 50
# Steps of an address whose beginnings are asked for (`:above`).
STEPS = 16
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
# R4's modifiers that are offered, by kind (https://hl7.org/fhir/R4/search.html#modifiers). A reference also takes a type.
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
def modifiers_of(resource_type: str, parameter: Parameter) -> tuple[str, ...]:
    """The modifiers that a parameter takes: those of its kind, a type that it may lead to, a number's type."""
    modifiers = MODIFIERS[parameter.kind]
    if parameter.name == "identifier":
        modifiers += ("of-type",)
    return modifiers + targets_of(resource_type, parameter) if parameter.of_reference else modifiers


def condition_of(name: str, modifier: str, value: str, parameter: Parameter | None) -> SearchCondition:
    """The condition that `value` makes, one or several joined by commas; `parameter` None for one that all types have.

    Invalid `parameter-value`: none, too many, or one that the kind does not take."""
    written = tuple(word for word in split(value, ",") if word)
    return _checked(SearchCondition(name, modifier, tuple(map(plain, written)), parameter, written))


def composite_of(resource_type: str, parameter: Parameter, value: str) -> Composite:
    """The same for a composite `parameter` of the type, whose values have their components joined by `$`."""
    alternatives: list[tuple[SearchCondition, ...]] = []
    for alternative in filter(None, split(value, ",")):
        words = split(alternative, "$")
        if len(words) != len(parameter.components) or len(alternatives) >= VALUES:
            raise Invalid(Problem("parameter-value", parameter.name))
        parts = zip(parameter.components, words, strict=True)
        alternatives.append(tuple(_part(parameter, PARAMETERS[resource_type][part], word) for part, word in parts))
    if not alternatives:
        raise Invalid(Problem("parameter-value", parameter.name))
    return Composite(parameter, tuple(alternatives))


def _part(whole: Parameter, parameter: Parameter, word: str) -> SearchCondition:
    """One component, at the name of the whole when it is wrong."""
    try:
        return _checked(SearchCondition(parameter.name, "", (plain(word),) if word else (), parameter, (word,)))
    except Invalid:
        raise Invalid(Problem("parameter-value", whole.name)) from None


def _checked(condition: SearchCondition) -> SearchCondition:
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
        span(prefixed(value)[1])
    except (ValueError, OverflowError):
        return False
    return True


def _is_quantity(value: str) -> bool:
    """`number`, `number|system|code` or `number||code`."""
    words = split(prefixed(value)[1], "|")
    try:
        number_span(words[0])
    except ValueError:
        return False
    return len(words) == 1 or (len(words) == 3 and bool(words[2]))


def _is_typed(value: str) -> bool:
    words = split(value, "|")
    return len(words) == 3 and all(words)


def prefixed(value: str) -> tuple[str, str]:
    """(prefix, the rest) of a date or a number; without a prefix it is `eq`."""
    return (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)
