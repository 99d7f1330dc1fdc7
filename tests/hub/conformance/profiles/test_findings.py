"""Each kind of rule notices its breach, at its place, and nothing else; the examples of our profiles are what is broken."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fhir_profiles import codes
from hub.conformance.profiles.definitions import find_profile
from hub.conformance.profiles.findings import MAX_OBJECTS, check_profile
from tests.fhir_profiles.corpus import EXAMPLES

Json = dict[str, Any]
OTHER = {"coding": [{"system": "urn:x", "code": "y"}]}


def broken(name: str, change: Any) -> list[str]:
    """`rule or code@place` of each finding on the example of a profile after `change`."""
    example = copy.deepcopy(EXAMPLES[name])
    change(example)
    by = find_profile(f"{codes.BASE}StructureDefinition/{name}")
    assert by is not None
    return [f"{found.rule or found.problem.code}@{found.problem.where}" for found in check_profile(example, by)]


def without(*names: str) -> Any:
    return lambda example: [example.pop(name) for name in names]


def saying(**elements: Any) -> Any:
    return lambda example: example.update(elements)


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        # min and max, of an element, of a slice, inside an item
        ("goal", without("expressedBy"), ["profile-least@Goal.expressedBy"]),
        ("document", saying(docStatus="final"), ["profile-most@DocumentReference.docStatus"]),
        ("patient", lambda e: e["name"].pop(), ["profile-least@Patient.name"]),
        ("patient", lambda e: e["name"].clear(), ["profile-least@Patient.name", "profile-least@Patient.name"]),
        ("referral", without("extension"), ["profile-least@ServiceRequest.extension"]),
        ("referral", lambda e: e["extension"].append(e["extension"][0]), ["profile-most@ServiceRequest.extension"]),
        ("stay", lambda e: e["identifier"][0].pop("assigner"), ["profile-least@Encounter.identifier[0].assigner"]),
        ("care-team", lambda e: e["participant"][1].pop("member"), ["profile-least@CareTeam.participant[1].member"]),
        # a value, of a code, of a concept in a list, of one coding among two
        ("care-plan", saying(intent="order"), ["profile-value@CarePlan.intent"]),
        ("consent", saying(scope=OTHER), ["profile-value@Consent.scope"]),
        ("intake-task", lambda e: e["code"]["coding"].pop(), ["profile-value@Task.code"]),
        ("referral", saying(category=[OTHER]), ["profile-least@ServiceRequest.category"]),
        # a value set, of a concept
        ("consent", saying(policyRule=OTHER), ["profile-code@Consent.policyRule"]),
        ("document", saying(category=[OTHER]), ["profile-code@DocumentReference.category[0]"]),
        # the type of a choice, and of what is pointed to
        (
            "hospital-notice",
            saying(payload=[{"contentReference": {"display": "x"}}]),
            ["profile-type@Communication.payload[0].contentReference"],
        ),
        ("referral", saying(requester={"reference": "Patient/a"}), ["profile-target@ServiceRequest.requester"]),
        ("referral", saying(requester={"type": "Patient", "display": "x"}), ["profile-target@ServiceRequest.requester"]),
        (
            "intake-task",
            lambda e: e["input"][0].update(valueReference={"reference": "Binary/a"}),
            ["profile-target@Task.input[0].valueReference"],
        ),
        # constraints, those of the profile that it is built on too
        ("patient", lambda e: e["extension"].pop(0), ["mlg-pat-1@Patient"]),
        ("patient", lambda e: e["identifier"][0].pop("use"), ["mlg-pat-2@Patient.identifier[0]"]),
        ("patient", lambda e: e["identifier"][0].update(value="12"), ["mlg-pat-2@Patient.identifier[0]"]),
        ("patient", lambda e: e["identifier"][1].pop("assigner"), ["mlg-pat-3@Patient.identifier[1]"]),
        (
            "patient",
            lambda e: e["identifier"][1].update(system=codes.UNQUALIFIED_NIR),
            ["mlg-pat-4@Patient.identifier[1]"],
        ),
        ("task", without("statusReason"), ["mlg-task-1@Task"]),
        ("partner-task", without("output"), ["mlg-task-2@Task"]),
        ("partner-task", saying(intent="plan"), ["mlg-task-3@Task"]),
        ("partner-task", saying(status="ready"), ["mlg-task-3@Task"]),
        ("care-plan", without("careTeam"), ["mlg-plan-1@CarePlan"]),
        ("care-team", lambda e: e["participant"][0].pop("period"), ["mlg-team-1@CareTeam"]),
        ("episode-of-care", without("careManager"), ["mlg-epi-1@EpisodeOfCare"]),
        ("stay", without("serviceProvider"), ["mlg-stay-1@Encounter"]),
        (
            "document",
            lambda e: e["identifier"][0].update(value="sha-256"),
            ["mlg-doc-1@DocumentReference.identifier[0].value"],
        ),
    ],
)  # fmt: skip
def test_a_breach_is_found_at_its_place(name: str, change: Any, found: list[str]) -> None:
    assert broken(name, change) == found


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_none(name: str) -> None:
    assert broken(name, lambda example: None) == []


def test_every_constraint_is_broken_above() -> None:
    marks = next(iter(test_a_breach_is_found_at_its_place.pytestmark))  # type: ignore[attr-defined]
    told = {one.partition("@")[0] for _, _, found in marks.args[1] for one in found}
    rules = {rule[0] for name in EXAMPLES for one in _rules(name) for rule in one.constraints}
    assert rules <= told
    assert {one for one in told if one.startswith("profile-")} == {
        *("profile-least", "profile-most", "profile-value", "profile-code", "profile-type", "profile-target"),
    }


def _rules(name: str) -> Any:
    by = find_profile(f"{codes.BASE}StructureDefinition/{name}")
    assert by is not None
    return by.rules


def test_what_tells_no_type_is_let_pass() -> None:
    logical = {"identifier": {"system": "urn:x", "value": "y"}}
    assert broken("referral", saying(requester=logical)) == []
    assert broken("referral", saying(requester={"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"})) == []


def test_a_primitive_without_value_counts_and_is_not_compared() -> None:
    absent = {"extension": [{"url": codes.DATA_ABSENT_EXTENSION, "valueCode": "unknown"}]}

    def change(example: Json) -> None:
        del example["intent"]
        example["_intent"] = absent

    assert broken("care-plan", change) == []


def test_what_is_too_large_is_said_alone() -> None:
    many = [{"display": "x"}] * (MAX_OBJECTS + 1)
    assert broken("care-plan", saying(addresses=many, intent="order")) == ["profile-too-large@CarePlan"]
