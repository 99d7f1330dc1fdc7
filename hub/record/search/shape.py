"""A question without its values: what a statement is built from once, and the values that it then binds. Pure.

Two questions of one shape differ in values alone, so they share a statement. Each condition becomes alternatives (OR) of
tests (AND) on the columns of an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hub.record.search.extract import fold, span
from hub.record.search.question import Chain, Condition, Has, Question, date_of

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
}

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
    """The resource's own `id`, or the `updated` of its slice, meets one of `alternatives`; without any, nothing does."""

    alternatives: Alternatives = ()


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


Term = Said | Own | Pointing | Pointed


@dataclass(frozen=True)
class Shape:
    """`leading`: the rank of the term that few rows meet, by its declaration and never by data, or None."""

    type: str
    terms: tuple[Term, ...]
    leading: int | None


def shape_of(question: Question, base: str) -> tuple[Shape, dict[str, Any]]:
    """The shape of `question` and its values by name. `base`: the FHIR base of absolute references."""
    reader = _Reader(base)
    terms = tuple(reader.term(condition) for condition in question.conditions)
    return Shape(question.type, terms, _leading(terms)), reader.values


def _leading(terms: tuple[Term, ...]) -> int | None:
    ranked = [
        (_SELECTIVE.index(kind), rank)
        for rank, term in enumerate(terms)
        if isinstance(term, Said) and term.wanted and term.alternatives
        if not any(operator == "within" for tests in term.alternatives for _, operator, _ in tests)
        if (kind := "identifier" if term.parameter == "identifier" else term.kind) in _SELECTIVE
    ]
    return min(ranked)[1] if ranked else None


class _Reader:
    """Turns conditions into terms and keeps their values under names, in the order in which they come."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.values: dict[str, Any] = {}

    def term(self, condition: Condition | Chain | Has) -> Term:
        if isinstance(condition, Chain):
            return Pointing(condition.via.name, condition.target, self.term(condition.inner))
        if isinstance(condition, Has):
            return Pointed(condition.source, condition.via.name, self.term(condition.inner))
        if condition.name == "_id":
            return Own(tuple((self._test("id", "eq", value),) for value in condition.values))
        if condition.name == "_lastUpdated":
            return Own(tuple(self._dates(condition, "updated", "updated", length=1)))
        parameter = condition.parameter
        assert parameter is not None
        if condition.modifier == "missing":
            return Said(parameter.name, parameter.kind, wanted=condition.values == ("false",))
        if condition.modifier == "identifier":
            # Logical references are not indexed: one searches what the slice says, and it says none.
            return Own()
        alternatives = tuple(self._alternatives(condition, parameter.kind))
        return Said(parameter.name, parameter.kind, alternatives, wanted=condition.modifier != "not")

    def _alternatives(self, condition: Condition, kind: str) -> Iterator[tuple[Test, ...]]:
        if kind == "date":
            yield from self._dates(condition, "low", "high")
            return
        for value in condition.values:
            if kind == "token":
                yield tuple(self._token(value))
            elif kind == "reference":
                yield (self._reference(value.removeprefix(f"{self._base}/")),)
            else:
                yield (self._string(value, condition.modifier),)

    def _token(self, value: str) -> Iterator[Test]:
        system, bar, code = value.rpartition("|")
        if code:
            yield self._test("code", "eq", code)
        if bar:
            yield self._test("system", "eq", system)

    def _reference(self, name: str) -> Test:
        # A bare id may be of any type: R4 matches it against the type that the element points to.
        return self._test("code", "eq", name) if "/" in name else self._test("code", "within", f"%/{_literal(name)}")

    def _string(self, value: str, modifier: str) -> Test:
        if modifier == "exact":
            return self._test("exact", "eq", value)
        folded = _literal(fold(value))
        if modifier == "contains":
            return self._test("folded", "within", f"%{folded}%")
        return self._test("folded", "starts", f"{folded}%")

    def _dates(self, condition: Condition, low: str, high: str, length: int = 0) -> Iterator[tuple[Test, ...]]:
        """R4's prefixes on [low, high) against the span of the value (https://hl7.org/fhir/R4/search.html#prefix).

        `length`: when both columns are one moment, how long it lasts."""
        for value in condition.values:
            prefix, text = date_of(value)
            bounds = dict(zip(("start", "end"), span(text), strict=True))
            for tests in _COMPARED[prefix]:
                yield tuple(
                    self._test(low, operator, bounds[bound])
                    if side == "low"
                    else self._test(high, operator, bounds[bound] - length)
                    for side, operator, bound in tests
                )

    def _test(self, column: str, operator: str, value: Any) -> Test:
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return column, operator, name


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
