"""Questions of one shape share a statement and differ in values alone; dates compare as R4 says."""

from __future__ import annotations

import operator

import pytest

from hub.record.search.compile import page_of
from hub.record.search.extract import span
from hub.record.search.order import sorted_page_of
from hub.record.search.question import read_question
from hub.record.search.shape import LABEL, Always, Own, Said, shape_of

BASE = "https://hub.example/fhir"
_SIGNS = {"eq": operator.eq, "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}


def _shape(*asked: tuple[str, str]):
    return shape_of(read_question("Task", list(asked)), BASE)


def test_one_shape_one_statement() -> None:
    one, values = _shape(("patient", "Patient/a"), ("status", "accepted"))
    other, others = _shape(("patient", f"{BASE}/Patient/b"), ("status", "completed"))
    assert one == other
    assert list(values.values()) == ["Patient/a", "accepted"]
    assert list(others.values()) == ["Patient/b", "completed"]
    assert page_of(one, False) is page_of(other, False)
    assert sorted_page_of(one, (("_id", False),), None) is sorted_page_of(other, (("_id", False),), None)


@pytest.mark.parametrize(
    "asked",
    [("status", "accepted,completed"), ("status", "urn:x|accepted"), ("status:not", "accepted"), ("owner", "a")],
)
def test_what_reads_otherwise_has_another_shape(asked: tuple[str, str]) -> None:
    assert _shape(asked)[0] != _shape(("status", "accepted"))[0]


@pytest.mark.parametrize(
    ("asked", "leading"),
    [
        ([("status", "accepted"), ("patient", "Patient/a")], 1),
        ([("patient", "Patient/a"), ("identifier", "x")], 1),
        ([("status", "accepted"), ("authored-on", "gt2026")], None),
        ([("owner", "a")], 0),
        ([("status", "a"), ("patient.name", "a")], 1),
        ([("patient.name", "a"), ("owner", "a")], 1),
        ([("patient.name:contains", "a")], None),
        ([("focus:ServiceRequest.status", "a")], None),
        ([("_security", "a")], None),
        ([("patient:missing", "false")], None),
    ],
)
def test_the_leading_term_is_told_by_declaration(asked: list[tuple[str, str]], leading: int | None) -> None:
    assert _shape(*asked)[0].leading == leading


def test_a_bare_id_may_be_of_any_type_that_the_element_points_to() -> None:
    (term,) = _shape(("focus:ServiceRequest", "a"))[0].terms
    assert len(term.alternatives) == 1
    assert set(_shape(("patient", "a"))[1].values()) == {"Patient/a"}
    assert {"Organization/a", "RelatedPerson/a"} <= set(_shape(("owner", "a"))[1].values())
    assert set(_shape(("focus:ServiceRequest", "Condition/a"))[1].values()) == {""}


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (("_security", "REDACTED"), True),
        (("_security", "|".join(LABEL)), True),
        (("_security", LABEL[0] + "|"), True),
        (("_security", "a,REDACTED"), True),
        (("_security", "|REDACTED"), False),
        (("_security", "PSY"), False),
        (("_security:not", "REDACTED"), False),
        (("_security:not", "PSY"), True),
        (("_security:missing", "true"), False),
        (("_security:missing", "false"), True),
        (("_tag", "a"), False),
        (("_tag:not", "a"), True),
        (("_tag:missing", "true"), True),
        (("_profile", "urn:a"), False),
        (("_profile:missing", "false"), False),
    ],
)
def test_what_every_slice_says_alike_holds_for_all_or_none(asked: tuple[str, str], holds: bool) -> None:
    assert _shape(asked)[0].terms == (Always(holds),)


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
_VALUE = span("2026-03-15")
_AROUND = [bound + step for bound in _VALUE for step in (-2, -1, 0, 1, 2)]
_AROUND += [bound + step for bound in (2 * _VALUE[0] - _VALUE[1], 2 * _VALUE[1] - _VALUE[0]) for step in (-1, 0, 1)]
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
    shape, values = shape_of(read_question("Observation", [("value-quantity", asked)]), BASE)
    assert _meets(shape, values, {"low": 5.4, "high": 5.4}) == holds


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
    shape, values = shape_of(read_question("Observation", [("value-quantity", asked)]), BASE)
    said = {"low": 5, "high": 5} | dict(zip(("system", "code", "unit"), unit, strict=True))
    assert _meets(shape, values, said) == holds
