"""Questions of one shape share a statement and differ in values alone; dates compare as R4 says."""

from __future__ import annotations

import operator

import pytest

from hub.record.search.compile import page_of
from hub.record.search.extract import span
from hub.record.search.question import read_question
from hub.record.search.shape import Own, Said, shape_of

BASE = "https://hub.example/fhir"
_SIGNS = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}


def _shape(*asked: tuple[str, str]):
    return shape_of(read_question("Task", list(asked)), BASE)


def test_one_shape_one_statement() -> None:
    one, values = _shape(("patient", "Patient/a"), ("status", "accepted"))
    other, others = _shape(("patient", f"{BASE}/Patient/b"), ("status", "completed"))
    assert one == other
    assert list(values.values()) == ["Patient/a", "accepted"]
    assert list(others.values()) == ["Patient/b", "completed"]
    assert page_of(one, "_id", False, False) is page_of(other, "_id", False, False)


@pytest.mark.parametrize(
    "asked",
    [("status", "accepted,completed"), ("status", "urn:x|accepted"), ("status:not", "accepted"), ("patient", "a")],
)
def test_what_reads_otherwise_has_another_shape(asked: tuple[str, str]) -> None:
    assert _shape(asked)[0] != _shape(("status", "accepted"))[0]


@pytest.mark.parametrize(
    ("asked", "leading"),
    [
        ([("status", "accepted"), ("patient", "Patient/a")], 1),
        ([("patient", "Patient/a"), ("identifier", "x")], 1),
        ([("status", "accepted"), ("authored-on", "gt2026")], None),
        ([("patient", "a")], None),
        ([("patient:missing", "false")], None),
    ],
)
def test_the_leading_term_is_told_by_declaration(asked: list[tuple[str, str]], leading: int | None) -> None:
    assert _shape(*asked)[0].leading == leading


def test_logical_references_meet_nothing() -> None:
    assert _shape(("patient:identifier", "x"))[0].terms == (Own(),)


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
}
_VALUE = span("2026-03-15")
_AROUND = [bound + step for bound in _VALUE for step in (-2, -1, 0, 1, 2)]
_SPANS = [(low, high) for low in _AROUND for high in _AROUND if low < high]


def _meets(shape, values, columns: dict[str, int]) -> bool:
    (term,) = shape.terms
    assert isinstance(term, Said | Own)
    return any(all(_SIGNS[sign](columns[at], values[name]) for at, sign, name in tests) for tests in term.alternatives)


@pytest.mark.parametrize("prefix", _R4)
def test_dates_compare_as_r4_says(prefix: str) -> None:
    shape, values = _shape(("authored-on", f"{prefix}2026-03-15"))
    for low, high in _SPANS:
        assert _meets(shape, values, {"low": low, "high": high}) == _R4[prefix]((low, high), _VALUE), (low, high)


@pytest.mark.parametrize("prefix", _R4)
def test_the_moment_of_a_slice_lasts_a_microsecond(prefix: str) -> None:
    shape, values = _shape(("_lastUpdated", f"{prefix}2026-03-15"))
    for at in _AROUND:
        assert _meets(shape, values, {"updated": at}) == _R4[prefix]((at, at + 1), _VALUE), at
