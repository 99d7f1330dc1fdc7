"""Dates, quantities and units compare as R4 says."""

from __future__ import annotations

import operator
from typing import Any

import pytest

from hub.domain.dates import parse_span
from hub.record.search.query.parser import parse_query
from hub.record.search.sql.plan import IndexTerm, QueryPlan, ResourceTerm
from hub.record.search.sql.planner import plan_query

_SIGNS = {"eq": operator.eq, "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}


def _shape(kind: str, name: str, value: str) -> tuple[QueryPlan, dict[str, Any]]:
    return plan_query(parse_query(kind, [(name, value)]), "https://hub.example/fhir")


# https://hl7.org/fhir/R4/search.html#prefix: `v` the span of the value, `r` that of the resource.
_R4 = {
    "eq": lambda r, v: v[0] <= r[0] and r[1] <= v[1],
    "ne": lambda r, v: not (v[0] <= r[0] and r[1] <= v[1]),
    "gt": lambda r, v: r[1] > v[1],
    "lt": lambda r, v: r[0] < v[0],
    "ge": lambda r, v: (v[0] <= r[0] and r[1] <= v[1]) or r[1] > v[1],
    "le": lambda r, v: (v[0] <= r[0] and r[1] <= v[1]) or r[0] < v[0],
    "sa": lambda r, v: r[0] >= v[1],
    "eb": lambda r, v: r[1] <= v[0],
    # Near is as far to both sides as what was said is long.
    "ap": lambda r, v: r[0] < 2 * v[1] - v[0] and r[1] > 2 * v[0] - v[1],
}
_VALUE = parse_span("2026-03-15")
_AROUND = [bound + step for bound in _VALUE for step in (-2, -1, 0, 1, 2)]
_AROUND += [bound + step for bound in (2 * _VALUE[0] - _VALUE[1], 2 * _VALUE[1] - _VALUE[0]) for step in (-1, 0, 1)]
_SPANS = [(low, high) for low in _AROUND for high in _AROUND if low < high]


def _meets(shape: QueryPlan, values: dict[str, Any], columns: dict[str, Any]) -> bool:
    (term,) = shape.terms
    assert isinstance(term, IndexTerm | ResourceTerm)
    return any(all(_SIGNS[sign](columns[at], values[name]) for at, sign, name in tests) for tests in term.alternatives)


@pytest.mark.parametrize("prefix", _R4)
def test_dates_compare_as_r4_says(prefix: str) -> None:
    asked_for = _shape("Task", "authored-on", f"{prefix}2026-03-15")
    for low, high in _SPANS:
        assert _meets(*asked_for, {"low": low, "high": high}) == _R4[prefix]((low, high), _VALUE), (low, high)


@pytest.mark.parametrize("prefix", _R4)
def test_the_moment_of_a_slice_lasts_a_microsecond(prefix: str) -> None:
    asked_for = _shape("Task", "_lastUpdated", f"{prefix}2026-03-15")
    for at in _AROUND:
        assert _meets(*asked_for, {"updated": at}) == _R4[prefix]((at, at + 1), _VALUE), at


# https://hl7.org/fhir/R4/search.html#quantity: a value of 5.4, asked for by numbers around it.
@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("5.4", True), ("5.40", True), ("5", True), ("5.3", False), ("5.5", False), ("6", False),
        ("ne5.4", False), ("ne5.3", True), ("gt5.4", False), ("gt5.3", True), ("ge5.4", True), ("ge5.5", False),
        ("lt5.4", False), ("lt5.5", True), ("le5.4", True), ("le5.3", False), ("sa5.3", True), ("sa5.4", False),
        ("eb5.5", True), ("eb5.4", False), ("ap5", True), ("ap6", True), ("ap6.1", False), ("ap-5.4", False),
    ],
)  # fmt: skip
def test_quantities_compare_as_r4_says(asked: str, holds: bool) -> None:
    asked_for = _shape("Observation", "value-quantity", asked)
    assert _meets(*asked_for, {"low": 5.4, "high": 5.4}) == holds


@pytest.mark.parametrize(
    ("asked", "unit", "holds"),
    [
        ("5|urn:u|mg", ("urn:u", "mg", "x"), True),
        ("5|urn:u|mg", ("urn:v", "mg", "x"), False),
        ("5|urn:u|mg", ("urn:u", "g", "mg"), False),
        ("5||mg", ("urn:v", "mg", "x"), True),
        ("5||mg", ("", "", "mg"), True),
        ("5||mg", ("", "g", "g"), False),
        ("5", ("urn:u", "g", "g"), True),
    ],
)
def test_a_unit_is_that_of_its_system_or_any_of_that_name(asked: str, unit: tuple[str, ...], holds: bool) -> None:
    asked_for = _shape("Observation", "value-quantity", asked)
    said = {"low": 5, "high": 5} | dict(zip(("system", "code", "unit"), unit, strict=True))
    assert _meets(*asked_for, said) == holds
