"""Questions of one shape share a statement and differ in values alone."""

from __future__ import annotations

import pytest

from fhir_profiles.codes import REDACTED
from hub.record.search.query.parser import parse_query
from hub.record.search.sql.compiler import compile_page
from hub.record.search.sql.plan import ConstantTerm
from hub.record.search.sql.planner import plan_query
from hub.record.search.sql.sort import compile_sorted_page

BASE = "https://hub.example/fhir"


def _shape(*asked: tuple[str, str]):
    return plan_query(parse_query("Task", list(asked)), BASE)


def test_one_shape_one_statement() -> None:
    one, values = _shape(("patient", "Patient/a"), ("status", "accepted"))
    other, others = _shape(("patient", f"{BASE}/Patient/b"), ("status", "completed"))
    assert one == other
    assert list(values.values()) == ["Patient/a", "accepted"]
    assert list(others.values()) == ["Patient/b", "completed"]
    assert compile_page(one, False) is compile_page(other, False)
    assert compile_sorted_page(one, (("_id", False),), None) is compile_sorted_page(other, (("_id", False),), None)


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
        (("_security", "|".join(REDACTED)), True),
        (("_security", REDACTED[0] + "|"), True),
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
    assert _shape(asked)[0].terms == (ConstantTerm(holds),)
