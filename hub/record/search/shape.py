"""A question without its values: what a statement is built from once, and the values that it then binds. Pure.

Two questions of one shape differ in values alone, so they share a statement. Each condition becomes alternatives (OR) of
tests (AND) on the columns of an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hub.record.search.extract import LATEST, WIDTH, fold, number, number_span, span
from hub.record.search.parameter import targets_of
from hub.record.search.question import Asked, Chain, Composite, Condition, Has, Question, prefixed
from hub.record.search.words import plain, split
from hub.slices import TYPES

# (column, operator of `hub.record.search.compile`, name of the bound value)
Test = tuple[str, str, str]
Alternatives = tuple[tuple[Test, ...], ...]

_INSIDE: tuple[Test, ...] = (("low", "ge", "start"), ("high", "le", "end"))
_BEFORE: tuple[Test, ...] = (("low", "lt", "start"),)
_AFTER: tuple[Test, ...] = (("high", "gt", "end"),)
# Prefix → alternatives of (end of the indexed span, operator, end of the value's span).
_COMPARED: dict[str, Alternatives] = {
    "eq": (_INSIDE,),
    "ne": (_BEFORE, _AFTER),
    "gt": (_AFTER,),
    "lt": (_BEFORE,),
    "ge": (_INSIDE, _AFTER),
    "le": (_INSIDE, _BEFORE),
    "sa": ((("low", "ge", "end"),),),
    "eb": ((("high", "le", "start"),),),
    "ap": ((("low", "lt", "end"), ("high", "gt", "start")),),
}

# The same for quantities, which are numbers with an end that counts: `value` is the number itself.
_MEASURED: dict[str, Alternatives] = {
    "eq": ((("low", "ge", "start"), ("high", "lt", "end")),),
    "ne": ((("low", "lt", "start"),), (("high", "ge", "end"),)),
    "gt": ((("high", "gt", "value"),),),
    "lt": ((("low", "lt", "value"),),),
    "ge": ((("high", "ge", "value"),),),
    "le": ((("low", "le", "value"),),),
    "sa": ((("low", "gt", "value"),),),
    "eb": ((("high", "lt", "value"),),),
    "ap": ((("low", "le", "above"), ("high", "ge", "below")),),
}

# What every slice says in `meta.security` (`parts.md` 11).
LABEL = ("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "REDACTED")

# What few rows meet, in that order. A token or a date may fit half the record.
_SELECTIVE = ("identifier", "reference", "string")


@dataclass(frozen=True)
class Said:
    """An index row of `parameter` meets one of `alternatives`, or without any just is there; `wanted` False: none does."""

    parameter: str
    kind: str
    alternatives: Alternatives = ()
    wanted: bool = True


@dataclass(frozen=True)
class Own:
    """The resource's own `id`, or the `updated` of its slice, meets one of `alternatives`."""

    alternatives: Alternatives


@dataclass(frozen=True)
class Always:
    """What every slice says alike: it `holds` for all or for none."""

    holds: bool


@dataclass(frozen=True)
class Together:
    """One of `alternatives` holds, each of which is terms that all do."""

    alternatives: tuple[tuple[Said, ...], ...]


@dataclass(frozen=True)
class Pointing:
    """It points by `via` to a `target` that meets `inner`."""

    via: str
    target: str
    inner: Term


@dataclass(frozen=True)
class Pointed:
    """A `source` points to it by `via` and meets `inner`."""

    source: str
    via: str
    inner: Term


Term = Said | Own | Always | Together | Pointing | Pointed


@dataclass(frozen=True)
class Shape:
    """`leading`: the rank of the term that few rows meet, by its declaration and never by data, or None."""

    type: str
    terms: tuple[Term, ...]
    leading: int | None


def shape_of(question: Question, base: str) -> tuple[Shape, dict[str, Any]]:
    """The shape of `question` and its values by name. `base`: the FHIR base of absolute references."""
    reader = _Reader(base)
    terms = tuple(reader.term(question.type, condition) for condition in question.conditions)
    ranked = [(rank, number) for number, term in enumerate(terms) if (rank := selective(term)) is not None]
    return Shape(question.type, terms, min(ranked)[1] if ranked else None), reader.values


def selective(term: Term) -> int | None:
    """How few rows meet `term`, the fewest 0; None where that may be most of them."""
    if isinstance(term, Pointing | Pointed):
        inner = selective(term.inner)
        return None if inner is None else len(_SELECTIVE) + inner
    if not isinstance(term, Said) or not term.wanted or not term.alternatives:
        return None
    if any(operator == "within" for tests in term.alternatives for _, operator, _ in tests):
        return None
    kind = "identifier" if term.parameter.partition(":")[0] == "identifier" else term.kind
    return _SELECTIVE.index(kind) if kind in _SELECTIVE else None


class _Reader:
    """Turns conditions into terms and keeps their values under names, in the order in which they come."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.values: dict[str, Any] = {}

    def term(self, resource_type: str, asked: Asked) -> Term:
        if isinstance(asked, Chain):
            return Pointing(asked.via.name, asked.target, self.term(asked.target, asked.inner))
        if isinstance(asked, Has):
            return Pointed(asked.source, asked.via.name, self.term(asked.source, asked.inner))
        if isinstance(asked, Composite):
            return Together(
                tuple(tuple(self._said(resource_type, one) for one in parts) for parts in asked.alternatives)
            )
        if asked.parameter is None:
            return self._of_slice(asked)
        return self._said(resource_type, asked)

    def _of_slice(self, condition: Condition) -> Term:
        if condition.name == "_id":
            return Own(tuple((self._test("id", "eq", value),) for value in condition.values))
        if condition.name == "_lastUpdated":
            return Own(tuple(self._dates(condition.values, "updated", "updated", length=1)))
        if condition.modifier == "missing":
            return Always((condition.values == ("true",)) == (condition.name != "_security"))
        # No slice says a tag or a profile, each says the one label.
        label = condition.name == "_security" and any(_names(one, *LABEL) for one in condition.written)
        return Always(label != (condition.modifier == "not"))

    def _said(self, resource_type: str, condition: Condition) -> Said:
        parameter = condition.parameter
        assert parameter is not None
        if condition.modifier == "missing":
            return Said(parameter.name, parameter.kind, wanted=condition.values == ("false",))
        if condition.modifier in ("of-type", "identifier"):
            read = self._typed if condition.modifier == "of-type" else self._token
            alternatives = tuple(tuple(read(value)) for value in condition.written)
            return Said(f"{parameter.name}:{condition.modifier}", "token", alternatives)
        alternatives = tuple(self._alternatives(resource_type, condition))
        return Said(parameter.name, parameter.kind, alternatives, wanted=condition.modifier != "not")

    def _alternatives(self, resource_type: str, condition: Condition) -> Iterator[tuple[Test, ...]]:
        parameter, modifier = condition.parameter, condition.modifier
        assert parameter is not None
        if parameter.kind == "date":
            yield from self._dates(condition.values, "low", "high")
        elif parameter.kind == "reference":
            only = (modifier,) if modifier in TYPES else targets_of(resource_type, parameter)
            for value in condition.values:
                yield from self._references(value.removeprefix(f"{self._base}/"), only)
        elif parameter.kind in ("token", "quantity"):
            for value in condition.written:
                yield from [tuple(self._token(value))] if parameter.kind == "token" else self._quantities(value)
        else:
            for value in condition.values:
                of_string = parameter.kind == "string"
                yield from [tuple(self._string(value, modifier))] if of_string else self._uris(value, modifier)

    def _token(self, value: str) -> Iterator[Test]:
        # What follows a second bar is part of the code.
        system, *code = split(value, "|")
        if not code:
            yield self._test("code", "eq", plain(system))
            return
        if code != [""]:
            yield self._test("code", "eq", plain("|".join(code)))
        yield self._test("system", "eq", plain(system))

    def _typed(self, value: str) -> Iterator[Test]:
        system, code, number = (plain(word) for word in split(value, "|"))
        yield self._test("code", "eq", f"{code}|{number}")
        yield self._test("system", "eq", system)

    def _references(self, name: str, targets: Iterable[str]) -> Iterator[tuple[Test, ...]]:
        """A bare id may be of any type that the element points to."""
        if "/" not in name:
            yield from ((self._test("code", "eq", f"{target}/{name}"),) for target in targets)
        else:
            # One that names another type than the modifier is met by nothing, as R4 leaves it.
            kept = name.partition("/")[0] in targets or name.partition("/")[0] not in TYPES
            yield (self._test("code", "eq", name if kept else ""),)

    def _string(self, value: str, modifier: str) -> Iterator[Test]:
        if modifier == "exact":
            yield self._test("exact", "eq", value)
        elif modifier == "contains":
            yield self._test("folded", "within", f"%{_literal(fold(value)[:WIDTH])}%")
        else:
            yield from self._beginning("folded", fold(value)[:WIDTH])

    def _uris(self, value: str, modifier: str) -> Iterator[tuple[Test, ...]]:
        if modifier == "below":
            yield tuple(self._beginning("code", value[:WIDTH]))
        elif modifier == "above":
            steps = [rank for rank, char in enumerate(value) if char == "/"]
            beginnings = {value, *(value[:rank] for rank in steps), *(value[: rank + 1] for rank in steps)}
            yield from ((self._test("code", "eq", one),) for one in sorted(beginnings))
        else:
            yield (self._test("code", "eq", value),)

    def _beginning(self, column: str, text: str) -> Iterator[Test]:
        """From `text` to what first does not begin with it: an index knows that, and LIKE it does not."""
        yield self._test(column, "ge", text)
        yield self._test(column, "lt", text + chr(0x10FFFF))

    def _dates(self, values: Iterable[str], low: str, high: str, length: int = 0) -> Iterator[tuple[Test, ...]]:
        """R4's prefixes on [low, high) against the span of the value (https://hl7.org/fhir/R4/search.html#prefix).

        `length`: when both columns are one moment, how long it lasts."""
        for value in values:
            prefix, text = prefixed(value)
            start, end = span(text)
            if prefix == "ap":
                # R4 leaves to the server what is near: as far to both sides as what was said is long.
                start, end = start - (end - start), min(end + (end - start), LATEST)
            bounds = {"start": start, "end": end}
            for tests in _COMPARED[prefix]:
                yield tuple(
                    self._test(low, operator, bounds[bound])
                    if side == "low"
                    else self._test(high, operator, bounds[bound] - length)
                    for side, operator, bound in tests
                )

    def _quantities(self, value: str) -> Iterator[tuple[Test, ...]]:
        """A number, then perhaps its system and its unit as code or as written (#quantity)."""
        prefix, text = prefixed(value)
        said, *unit = (plain(word) for word in split(text, "|"))
        exact, (start, end) = number(said), number_span(said)
        # A tenth to both sides is near, as R4 proposes.
        near = {"above": exact + abs(exact) / 10, "below": exact - abs(exact) / 10}
        bounds = {"start": start, "end": end, "value": exact} | near
        for tests in _MEASURED[prefix]:
            for named in _units(*unit):
                yield (
                    *(self._test(side, operator, bounds[bound]) for side, operator, bound in tests),
                    *(self._test(column, "eq", word) for column, word in named.items()),
                )

    def _test(self, column: str, operator: str, value: Any) -> Test:
        name = f"value_{len(self.values)}"
        self.values[name] = value[:WIDTH] if isinstance(value, str) and operator == "eq" else value
        return column, operator, name


def _names(written: str, system: str, code: str) -> bool:
    """Whether the token `written` names the code."""
    words = [plain(word) for word in split(written, "|")]
    return words in ([code], [system, code], [system, ""])


def _units(system: str = "", unit: str = "") -> list[dict[str, str]]:
    """Alternatives of what the columns of a unit say: without a system it is the code or the word."""
    if system:
        return [{"system": system, "code": unit}]
    return [{"code": unit}, {"unit": unit}] if unit else [{}]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
