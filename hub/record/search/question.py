"""What is asked of search, read and checked before anything is queried (https://hl7.org/fhir/R4/search.html).

Strict: a parameter, modifier or value that the hub does not declare is Invalid `parameter-unknown`, `modifier-unknown` or
`parameter-value`, at the parameter's name; a question that asks too much is `search-too-costly`. The same whatever the data
(`leaks.md` L33).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from hub.errors import Invalid, Problem
from hub.record.search.extract import fold, number_span, span
from hub.record.search.parameter import Parameter, targets_of
from hub.record.search.parameters import APART, COMMON, PARAMETERS
from hub.record.search.words import plain, split

COUNT, MOST = 50, 1000
CHAIN_HOPS, HAS_HOPS, INCLUDES, VALUES, SORTS = 2, 2, 8, 50, 4
# Steps of an address whose beginnings are asked for (`:above`).
STEPS = 16
# What one question may come to: conditions, and hops of chains and `_has` together.
CONDITIONS, HOPS = 30, 6
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
SORTED = ("token", "string", "date", "quantity", "uri")
TOTALS = ("none", "estimate", "accurate")
_INCLUDES = {"_include": (False, False), "_include:iterate": (False, True)} | {
    "_revinclude": (True, False),
    "_revinclude:iterate": (True, True),
}

# What shapes the answer and is no condition. The door reads `_format`, `_pretty` and `_elements`.
RESULT = frozenset({"_count", "_sort", "_total", "_summary", "_elements", "_format", "_pretty"})

SUMMARIES = ("true", "text", "data", "count", "false")  # all but `count` shape the slices that were found


@dataclass(frozen=True)
class Condition:
    """One parameter as asked: AND between conditions, OR between `values`. `written`: the values with their escapes."""

    name: str
    modifier: str
    values: tuple[str, ...]
    parameter: Parameter | None = None
    written: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Composite:
    """One of `alternatives` holds: a value for each of the parameters that `parameter` is made of."""

    parameter: Parameter
    alternatives: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True)
class Chain:
    """`via` points to a `target` that meets `inner`."""

    via: Parameter
    target: str
    inner: Asked


@dataclass(frozen=True)
class Has:
    """A `source` points here by `via` and meets `inner`."""

    source: str
    via: Parameter
    inner: Asked


Asked = Condition | Composite | Chain | Has


@dataclass(frozen=True)
class Include:
    """What `source` points to by `via`, of type `target` if said; `reverse`: what of `source` points here; `iterate`: from what
    was included too."""

    source: str
    via: Parameter
    target: str
    reverse: bool
    iterate: bool


@dataclass(frozen=True)
class Question:
    """A whole search. `sort`: (parameter name, descending)."""

    type: str
    conditions: tuple[Asked, ...]
    count: int = COUNT
    sort: tuple[tuple[str, bool], ...] = ()
    total: bool = False
    only_count: bool = False
    includes: tuple[Include, ...] = ()


def read_question(resource_type: str, asked: list[tuple[str, str]]) -> Question:
    """The question that `asked` makes of `resource_type`. Invalid at each parameter that is not declared."""
    conditions: list[Asked] = []
    settings: dict[str, str] = {}
    includes: list[Include] = []
    for name, value in asked:
        if "\0" in value or len(value) > 4096:
            raise Invalid(Problem("parameter-value", name[:64]))
        if name in _INCLUDES:
            includes.append(_include(resource_type, name, value))
        elif name in RESULT:
            if name in settings and name not in ("_format", "_pretty"):
                raise Invalid(Problem("parameter-twice", name))
            settings[name] = value
        else:
            conditions.append(_condition(resource_type, name, value, 0))
    _affordable(conditions, includes)
    summary, total = settings.get("_summary", "false"), settings.get("_total", "none")
    if summary not in SUMMARIES or total not in TOTALS:
        raise Invalid(Problem("parameter-value", "_summary" if summary not in SUMMARIES else "_total"))
    count = _count(settings.get("_count"))
    return Question(
        type=resource_type,
        conditions=tuple(conditions),
        count=count,
        sort=_sort(resource_type, settings.get("_sort", "")),
        # An estimate may be exact.
        total=total != "none" or summary == "count" or count == 0,
        only_count=summary == "count" or count == 0,
        includes=tuple(includes),
    )


def _affordable(conditions: list[Asked], includes: list[Include]) -> None:
    """By what is asked and never by data: else the refusal would tell of it."""
    if len(includes) > INCLUDES or len(conditions) > CONDITIONS or sum(map(_hops, conditions)) > HOPS:
        raise Invalid("search-too-costly")


def _hops(asked: Asked) -> int:
    return 1 + _hops(asked.inner) if isinstance(asked, Chain | Has) else 0


def _count(value: str | None) -> int:
    if value is None:
        return COUNT
    if not (value.isascii() and value.isdigit()) or len(value) > 6:
        raise Invalid(Problem("parameter-value", "_count"))
    return min(int(value), MOST)


def _sort(resource_type: str, value: str) -> tuple[tuple[str, bool], ...]:
    found = []
    for word in filter(None, value.split(",")):
        name, descending = word.removeprefix("-"), word.startswith("-")
        parameter = PARAMETERS[resource_type].get(name)
        if name not in ("_id", "_lastUpdated") and (parameter is None or parameter.kind not in SORTED):
            raise Invalid(Problem("parameter-unknown", "_sort"))
        found.append((name, descending))
    if len(found) > SORTS:
        raise Invalid(Problem("parameter-value", "_sort"))
    return tuple(found)


def _include(resource_type: str, name: str, value: str) -> Include:
    """`Source:parameter` or `Source:parameter:Target`. No `*`: each hop is asked by its name."""
    reverse, iterate = _INCLUDES[name]
    source, _, rest = value.partition(":")
    via_name, _, target = rest.partition(":")
    via = PARAMETERS.get(source, {}).get(via_name)
    if via is None or not via.of_reference or (reverse and source in APART):
        raise Invalid(Problem("parameter-value", name))
    targets = targets_of(source, via)
    fits = resource_type in ((target,) if target else targets) if reverse else source == resource_type
    if (target and target not in targets) or not (fits or iterate):
        raise Invalid(Problem("parameter-value", name))
    return Include(source, via, target, reverse, iterate)


def _condition(resource_type: str, name: str, value: str, depth: int) -> Asked:
    if name.startswith("_has:"):
        return _has(name, value, depth)
    head, dot, rest = name.partition(".")
    if dot:
        return _chain(resource_type, head, rest, value, depth)
    base, _, modifier = name.partition(":")
    if base in COMMON:
        return _common(base, modifier, value)
    parameter = PARAMETERS[resource_type].get(base)
    if parameter is None:
        raise Invalid(Problem("parameter-unknown", _shown(base)))
    if modifier and modifier not in modifiers_of(resource_type, parameter):
        raise Invalid(Problem("modifier-unknown", _shown(base)))
    if parameter.kind == "composite":
        return _composite(resource_type, parameter, value)
    return _checked(_read(base, modifier, value, parameter))


@cache
def modifiers_of(resource_type: str, parameter: Parameter) -> tuple[str, ...]:
    """The modifiers that a parameter takes: those of its kind, a type that it may lead to, a number's type."""
    found = MODIFIERS[parameter.kind]
    if parameter.name == "identifier":
        found += ("of-type",)
    return found + targets_of(resource_type, parameter) if parameter.of_reference else found


def _common(name: str, modifier: str, value: str) -> Condition:
    offered = {"_tag": ("not", "missing"), "_security": ("not", "missing"), "_profile": ("missing",)}
    if modifier and modifier not in offered.get(name, ()):
        raise Invalid(Problem("modifier-unknown" if name in offered else "parameter-unknown", name))
    return _checked(_read(name, modifier, value, None))


def _read(name: str, modifier: str, value: str, parameter: Parameter | None) -> Condition:
    written = tuple(one for one in split(value, ",") if one)
    return Condition(name, modifier, tuple(map(plain, written)), parameter, written)


def _composite(resource_type: str, parameter: Parameter, value: str) -> Composite:
    alternatives: list[tuple[Condition, ...]] = []
    for one in filter(None, split(value, ",")):
        words = split(one, "$")
        if len(words) != len(parameter.components) or len(alternatives) >= VALUES:
            raise Invalid(Problem("parameter-value", parameter.name))
        parts = zip(parameter.components, words, strict=True)
        alternatives.append(tuple(_part(parameter, PARAMETERS[resource_type][part], word) for part, word in parts))
    if not alternatives:
        raise Invalid(Problem("parameter-value", parameter.name))
    return Composite(parameter, tuple(alternatives))


def _part(whole: Parameter, parameter: Parameter, word: str) -> Condition:
    """One component, at the name of the whole when it is wrong."""
    try:
        return _checked(Condition(parameter.name, "", (plain(word),) if word else (), parameter, (word,)))
    except Invalid:
        raise Invalid(Problem("parameter-value", whole.name)) from None


def _checked(condition: Condition) -> Condition:
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


def _chain(resource_type: str, head: str, rest: str, value: str, depth: int) -> Chain:
    if depth >= CHAIN_HOPS:
        raise Invalid(Problem("chain-too-long", _shown(head)))
    name, _, target = head.partition(":")
    via = PARAMETERS[resource_type].get(name)
    if via is None or not via.of_reference:
        raise Invalid(Problem("parameter-unknown", _shown(name)))
    targets = targets_of(resource_type, via)
    # Without a type, only where there is no doubt which one is meant.
    target = target or (targets[0] if len(targets) == 1 else "")
    if target not in targets or APART & {resource_type, target}:
        raise Invalid(Problem("parameter-unknown", _shown(name)))
    return Chain(via, target, _condition(target, rest, value, depth + 1))


def _has(name: str, value: str, depth: int) -> Has:
    if depth >= HAS_HOPS:
        raise Invalid(Problem("chain-too-long", "_has"))
    words = name.split(":", 3)
    if len(words) < 4 or words[1] not in PARAMETERS or words[1] in APART:
        raise Invalid(Problem("parameter-unknown", "_has"))
    _, source, via_name, rest = words
    via = PARAMETERS[source].get(via_name)
    if via is None or not via.of_reference:
        raise Invalid(Problem("parameter-unknown", "_has"))
    return Has(source, via, _condition(source, rest, value, depth + 1))


def _shown(name: str) -> str:
    """A parameter's name as an error may repeat it: the caller's own word, cut and harmless."""
    return "".join(char for char in name if char.isalnum() or char in "-_:.")[:64]
