"""What is said of a resource: R4 first, then what the hub keeps, our words, and the profiles asked for or claimed."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.conformance import validate
from hub.conformance.profiles.definitions import BASE_URL
from hub.conformance.r4.problems import MAX_PROBLEMS

GOAL = f"{codes.BASE}StructureDefinition/goal"


def goal(**elements: Any) -> dict[str, Any]:
    subject = {"reference": "Patient/a"}
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": "x"},
        "subject": subject,
        **elements,
    }


def said(resource: dict[str, Any], *asked: str, **options: Any) -> list[tuple[str, str, str]]:
    return [(one.severity, one.kind, one.problem.code) for one in validate(resource, asked, **options)]


def test_what_has_no_fault() -> None:
    assert said(goal()) == []
    assert said(goal(expressedBy={"reference": "Patient/a"}), GOAL, f"{GOAL}|0.1.0", f"{BASE_URL}Goal") == []


@pytest.mark.parametrize(
    ("elements", "found"),
    [
        ({"lifecycleStatus": "nearly"}, ("error", "code-invalid", "code-unknown")),
        ({"subject": {"reference": "Nonsense/1"}}, ("error", "value", "reference-malformed")),
        ({"startDate": "x"}, ("error", "value", "format-wrong")),
        ({"nonsense": 1}, ("error", "structure", "element-unknown")),
        ({"target": [{"detailString": "x"}]}, ("error", "invariant", "r4-gol-1")),
    ],
)
def test_a_fault_against_r4_is_said_alone(elements: dict[str, Any], found: tuple[str, str, str]) -> None:
    assert said(goal(**elements), GOAL) == [found]


def test_a_profile_is_judged_when_asked_or_claimed() -> None:
    wrong = [("error", "required", "profile-least")]
    assert said(goal(), GOAL) == wrong
    assert said(goal(meta={"profile": [GOAL]})) == wrong
    assert said(goal(meta={"profile": [GOAL]}), GOAL) == wrong


def test_a_profile_that_does_not_fit_is_told() -> None:
    assert said(goal(), "urn:x") == [("error", "not-supported", "profile-unknown")]
    assert said(goal(), f"{GOAL}|9") == [("error", "not-supported", "profile-unknown")]
    assert said(goal(), f"{codes.BASE}StructureDefinition/task") == [("error", "invalid", "profile-other-type")]
    assert said(goal(), f"{BASE_URL}Task") == [("error", "not-supported", "profile-unknown")]
    assert said(goal(meta={"profile": ["urn:x"]})) == [("information", "not-supported", "profile-unknown")]


def test_what_the_hub_does_not_keep_is_an_error_only_before_it_is_written() -> None:
    unkept = goal(extension=[{"url": "urn:x", "valueString": "x"}], implicitRules="urn:y")
    codes_of = {"extension-unknown", "implicit-rules"}
    assert set(said(unkept)) == {("warning", "not-supported", code) for code in codes_of}
    assert set(said(unkept, to_write=True)) == {("error", "not-supported", code) for code in codes_of}
    assert said(unkept, extensions={"urn:x"}) == [("warning", "not-supported", "implicit-rules")]


def test_narrative_and_meta_are_no_fault_of_the_hub() -> None:
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}
    meta = {"tag": [{"system": "urn:x", "code": "y"}], "extension": [{"url": "urn:x", "valueString": "x"}]}
    assert said(goal(text=text, meta=meta), to_write=True) == []


def test_our_words_are_errors_always() -> None:
    wrong = goal(category=[{"coding": [{"system": codes.BAND, "code": "nonsense"}]}])
    assert said(wrong) == [("error", "code-invalid", "code-not-ours")]


def test_there_is_an_end_to_it() -> None:
    many = [{"coding": [{"system": codes.BAND, "code": "nonsense"}]}] * 100
    assert len(said(goal(category=many))) == MAX_PROBLEMS
