"""What is asked of search, read and checked before anything is queried (https://hl7.org/fhir/R4/search.html).

Strict: a parameter, modifier or value that the hub does not declare is Invalid `parameter-unknown`, `modifier-unknown` or
`parameter-value`, at the parameter's name. The same whatever the data (`leaks.md` L33).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.errors import Invalid, Problem
from hub.record.search.extract import span
from hub.record.search.parameters import PARAMETERS, Parameter

COUNT, MOST = 50, 1000
CHAIN_HOPS, HAS_HOPS, INCLUDES, VALUES = 2, 2, 8, 50
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
MODIFIERS = {
    "token": ("not", "missing"),
    "reference": ("missing", "identifier"),
    "string": ("exact", "contains", "missing"),
}

# What shapes the answer and is no condition. The door reads `_format` and `_pretty`, and hands `_cursor` over apart.
RESULT = frozenset({"_count", "_sort", "_total", "_include", "_summary", "_format", "_pretty", "_cursor"})


@dataclass(frozen=True)
class Condition:
    """One parameter as asked: AND between conditions, OR between `values`."""

    name: str
    modifier: str
    values: tuple[str, ...]
    parameter: Parameter | None = None


@dataclass(frozen=True)
class Chain:
    """`via` points to a `target` that meets `inner`."""

    via: Parameter
    target: str
    inner: Condition | Chain | Has


@dataclass(frozen=True)
class Has:
    """A `source` points here by `via` and meets `inner`."""

    source: str
    via: Parameter
    inner: Condition | Chain | Has


@dataclass(frozen=True)
class Question:
    """A whole search. `sort`: (parameter name, descending). `asked`: the caller's own parameters, for the self link."""

    type: str
    conditions: tuple[Condition | Chain | Has, ...]
    count: int = COUNT
    sort: tuple[tuple[str, bool], ...] = ()
    total: bool = False
    only_count: bool = False
    includes: tuple[tuple[str, Parameter, str], ...] = ()
    asked: tuple[tuple[str, str], ...] = field(default=())


def read_question(resource_type: str, asked: list[tuple[str, str]]) -> Question:
    """The question that `asked` makes of `resource_type`. Invalid at each parameter that is not declared."""
    conditions: list[Condition | Chain | Has] = []
    settings: dict[str, str] = {}
    includes: list[tuple[str, Parameter, str]] = []
    for name, value in asked:
        if "\0" in value or len(value) > 4096:
            raise Invalid(Problem("parameter-value", name[:64]))
        if name == "_include":
            includes.append(_include(resource_type, value))
        elif name in RESULT:
            if name in settings and name not in ("_format", "_pretty"):
                raise Invalid(Problem("parameter-twice", name))
            settings[name] = value
        else:
            conditions.append(_condition(resource_type, name, value, 0))
    if len(includes) > INCLUDES:
        raise Invalid(Problem("parameter-value", "_include"))
    summary = settings.get("_summary", "false")
    if summary not in ("count", "false") or settings.get("_total", "none") not in ("none", "estimate", "accurate"):
        raise Invalid(Problem("parameter-value", "_summary" if summary not in ("count", "false") else "_total"))
    count = _count(settings.get("_count"))
    return Question(
        type=resource_type,
        conditions=tuple(conditions),
        count=count,
        sort=_sort(resource_type, settings.get("_sort", "")),
        total=settings.get("_total") == "accurate" or summary == "count" or count == 0,
        only_count=summary == "count" or count == 0,
        includes=tuple(includes),
        asked=tuple((name, value) for name, value in asked if name != "_cursor"),
    )


def _count(value: str | None) -> int:
    if value is None:
        return COUNT
    if not (value.isascii() and value.isdigit()) or len(value) > 6:
        raise Invalid(Problem("parameter-value", "_count"))
    return min(int(value), MOST)


def _sort(resource_type: str, value: str) -> tuple[tuple[str, bool], ...]:
    found = []
    for word in filter(None, value.split(",")):
        name, descending = word.lstrip("-"), word.startswith("-")
        parameter = PARAMETERS[resource_type].get(name)
        if name not in ("_id", "_lastUpdated") and (
            parameter is None or parameter.kind not in ("date", "token", "string")
        ):
            raise Invalid(Problem("parameter-unknown", "_sort"))
        found.append((name, descending))
    if len(found) > 1:
        raise Invalid(Problem("parameter-value", "_sort"))
    return tuple(found)


def _include(resource_type: str, value: str) -> tuple[str, Parameter, str]:
    source, _, rest = value.partition(":")
    name, _, target = rest.partition(":")
    parameter = PARAMETERS.get(source, {}).get(name)
    if source != resource_type or parameter is None or parameter.kind != "reference":
        raise Invalid(Problem("parameter-value", "_include"))
    return source, parameter, target


def _condition(resource_type: str, name: str, value: str, depth: int) -> Condition | Chain | Has:
    if name.startswith("_has:"):
        return _has(name, value, depth)
    head, dot, rest = name.partition(".")
    if dot:
        return _chain(resource_type, head, rest, value, depth)
    base, _, modifier = name.partition(":")
    if base in ("_id", "_lastUpdated") and not modifier:
        return _checked(Condition(base, "", _values(value)))
    parameter = PARAMETERS[resource_type].get(base)
    if parameter is None:
        raise Invalid(Problem("parameter-unknown", _shown(base)))
    if modifier and modifier not in MODIFIERS.get(parameter.kind, ("missing",)):
        raise Invalid(Problem("modifier-unknown", _shown(base)))
    return _checked(Condition(base, modifier, _values(value), parameter))


def _checked(condition: Condition) -> Condition:
    wrong = not condition.values or len(condition.values) > VALUES
    if condition.modifier == "missing":
        wrong = wrong or condition.values not in (("true",), ("false",))
    elif condition.name == "_lastUpdated" or (condition.parameter is not None and condition.parameter.kind == "date"):
        wrong = wrong or not all(map(_is_date, condition.values))
    if wrong:
        raise Invalid(Problem("parameter-value", condition.name))
    return condition


def _is_date(value: str) -> bool:
    try:
        span(date_of(value)[1])
    except (ValueError, OverflowError):
        return False
    return True


def date_of(value: str) -> tuple[str, str]:
    """(prefix, date) of a date value; without a prefix it is `eq`."""
    return (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)


def _values(value: str) -> tuple[str, ...]:
    """The alternatives of a value: split at commas that no backslash escapes."""
    found, current, escaped = [], "", False
    for char in value:
        if escaped:
            current, escaped = current + char, False
        elif char == "\\":
            escaped = True
        elif char == ",":
            found.append(current)
            current = ""
        else:
            current += char
    return tuple(one for one in [*found, current] if one)


def _chain(resource_type: str, head: str, rest: str, value: str, depth: int) -> Chain:
    if depth >= CHAIN_HOPS:
        raise Invalid(Problem("chain-too-long", _shown(head)))
    name, _, target = head.partition(":")
    via = PARAMETERS[resource_type].get(name)
    target = target or _only_target(name)
    if via is None or via.kind != "reference" or target not in PARAMETERS:
        raise Invalid(Problem("parameter-unknown", _shown(name)))
    return Chain(via, target, _condition(target, rest, value, depth + 1))


def _only_target(name: str) -> str:
    """The type that a chain means when it names none; only where R4 leaves no doubt."""
    return {
        "patient": "Patient",
        "care-team": "CareTeam",
        "encounter": "Encounter",
        "questionnaire": "Questionnaire",
    }.get(name, "")


def _has(name: str, value: str, depth: int) -> Has:
    if depth >= HAS_HOPS:
        raise Invalid(Problem("chain-too-long", "_has"))
    words = name.split(":", 3)
    if len(words) < 4 or words[1] not in PARAMETERS:
        raise Invalid(Problem("parameter-unknown", "_has"))
    _, source, via_name, rest = words
    via = PARAMETERS[source].get(via_name)
    if via is None or via.kind != "reference":
        raise Invalid(Problem("parameter-unknown", "_has"))
    return Has(source, via, _condition(source, rest, value, depth + 1))


def _shown(name: str) -> str:
    """A parameter's name as an error may repeat it: the caller's own word, cut and harmless."""
    return "".join(char for char in name if char.isalnum() or char in "-_:.")[:64]
