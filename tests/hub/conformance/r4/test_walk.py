"""`check`: what R4 publishes passes, what R4 forbids is refused at its place, and nothing of the content is told."""

from __future__ import annotations

import copy
import time
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.conformance import check
from hub.domain.errors import Invalid
from hub.domain.resource_types import TYPES
from tests import r4

FLAWED = {
    "Observation-clinical-gender.json": "its performer is an Encounter, which R4 does not allow",
    "Questionnaire-zika-virus-exposure-assessment.json": "its narrative says nothing, against txt-2",
}
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
generated = st.sampled_from(sorted(TYPES)).flatmap(r4.generated)


def task(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "id": "1", "status": "ready", "intent": "order", **elements}


def faults(resource: dict[str, Any]) -> list[str]:
    """`code@place` of each problem."""
    try:
        check(resource)
    except Invalid as invalid:
        return [f"{problem.code}@{problem.where}" for problem in invalid.problems]
    return []


@r4.needs_data
def test_published_examples_pass_and_fhir_resources_agrees() -> None:
    refused = {path.name for path, resource in r4.r4_examples() if faults(resource)}
    assert refused == set(FLAWED)
    for path, resource in r4.r4_examples():
        if path.name not in FLAWED:
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


CODE = {"text": "x"}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"status": "nearly"}, "code-unknown@Task.status"),
        ({"intent": ...}, "required-missing@Task.intent"),
        ({"patient": {}}, "element-unknown@Task"),
        ({"restriction": {"period": {"begin": "2026"}}}, "element-unknown@Task.restriction.period"),
        ({"note": {"text": "x"}}, "array-expected@Task.note"),
        ({"description": None}, "null@Task.description"),
        ({"note": []}, "empty@Task.note"),
        ({"code": {}}, "empty@Task.code"),
        ({"description": ""}, "empty@Task.description"),
        ({"restriction": {"repetitions": "3"}}, "type-wrong@Task.restriction.repetitions"),
        ({"input": [{"type": CODE, "valueBoolean": "true"}]}, "type-wrong@Task.input[0].valueBoolean"),
        ({"input": [{"type": CODE, "valueDate": "2026-02-30"}]}, "format-wrong@Task.input[0].valueDate"),
        ({"authoredOn": "2026-11-21T10:00:00"}, "format-wrong@Task.authoredOn"),
        ({"input": [{"type": CODE, "valueString": "x", "valueCode": "y"}]}, "choice-twice@Task.input[0].value[x]"),
        ({"input": [{"type": CODE}]}, "required-missing@Task.input[0].value[x]"),
        ({"id": "a b"}, "format-wrong@Task.id"),
        ({"id": "a" * 65}, "format-wrong@Task.id"),
        ({"for": {"reference": "Nonsense/1"}}, "reference-malformed@Task.for"),
        ({"requester": {"reference": "Task/1"}}, "reference-target@Task.requester"),
    ],
)
def test_what_the_validators_measured_let_pass_is_refused(elements: dict[str, Any], expected: str) -> None:
    """The invalid Tasks of `docs/performance.md` §1."""
    resource = {key: value for key, value in task(**elements).items() if value is not ...}
    assert faults(resource) == [expected]


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"note": {}}, ["array-expected@Task.note"]),
        ({"code": [CODE]}, ["object-expected@Task.code"]),
        ({"code": "x"}, ["object-expected@Task.code"]),
        ({"note": [None]}, ["null@Task.note[0]"]),
        ({"code": {"id": "x"}}, ["empty@Task.code"]),
        ({"resourceType": "Task", "code": {"resourceType": "x", "text": "x"}}, ["element-unknown@Task.code"]),
        ({"priority": 1}, ["type-wrong@Task.priority"]),
        ({"description": "a\x00b"}, ["format-wrong@Task.description"]),
        ({"input": [{"type": CODE, "valueDecimal": 1.5}]}, ["type-wrong@Task.input[0].valueDecimal"]),
        ({"input": [{"type": CODE, "valueInteger": True}]}, ["type-wrong@Task.input[0].valueInteger"]),
        ({"input": [{"type": CODE, "valueInteger": Decimal("1.0")}]}, ["type-wrong@Task.input[0].valueInteger"]),
        ({"contained": [{"id": "a"}]}, ["type-unknown@Task.contained[0].resourceType", "r4-dom-3"]),
        (
            {"contained": [{"resourceType": "MedicinalProduct", "id": "a"}]},
            ["type-unknown@Task.contained[0].resourceType"],
        ),
        ({"input": [{"type": CODE, "valueExtension": {"url": "a:b"}}]}, ["element-unknown@Task.input[0]"]),
    ],
)
def test_structure(elements: dict[str, Any], expected: list[str]) -> None:
    assert faults(task(**elements))[:1] == expected[:1]


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"description": "x", "_description": {"id": "a"}}, []),
        ({"_description": {"extension": [{"url": "a:b", "valueCode": "x"}]}}, []),
        ({"_description": {"id": "a"}}, ["empty@Task._description"]),
        ({"_description": {}}, ["empty@Task._description"]),
        ({"_description": None}, ["null@Task._description"]),
        ({"_description": {"value": "x"}}, ["element-unknown@Task._description"]),
        ({"_code": {"id": "a"}}, ["element-unknown@Task"]),
        ({"instantiatesUri": "a:b", "_x": {}}, ["element-unknown@Task"]),
    ],
)
def test_partners_of_primitives(elements: dict[str, Any], expected: list[str]) -> None:
    assert faults(task(**elements)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"given": ["A", None], "_given": [None, {"extension": [{"url": "a:b", "valueCode": "x"}]}]}, []),
        ({"given": ["A"], "_given": [{"id": "x"}]}, []),
        ({"given": ["A", None]}, ["null@Patient.name[0].given[1]"]),
        (
            {"given": ["A", None], "_given": [None, None]},
            ["null@Patient.name[0].given[1]", "empty@Patient.name[0]._given"],
        ),
        (
            {"given": ["A"], "_given": [None, {"id": "x"}]},
            ["partner-length@Patient.name[0]._given", "empty@Patient.name[0]._given[1]"],
        ),
        ({"given": ["A"], "_given": {"id": "x"}}, ["array-expected@Patient.name[0]._given"]),
        ({"_given": [{"extension": [{"url": "a:b", "valueCode": "x"}]}]}, []),
    ],
)
def test_partners_in_arrays(name: dict[str, Any], expected: list[str]) -> None:
    assert faults({"resourceType": "Patient", "name": [name]}) == expected


def holder(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "c", **elements}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"contained": [holder()], "for": {"reference": "#c"}}, []),
        ({"contained": [holder()]}, ["r4-dom-3@Task.contained[0]"]),
        ({"for": {"reference": "#c"}}, ["r4-ref-1@Task.for"]),
        ({"for": {"reference": "#"}}, ["r4-ref-1@Task.for"]),
        ({"contained": [holder()], "owner": {"reference": "#c"}}, []),
        (
            {"contained": [holder()], "requester": {"reference": "#c"}, "location": {"reference": "#c"}},
            ["reference-target@Task.location"],
        ),
        (
            {"contained": [holder(meta={"versionId": "1"})], "for": {"reference": "#c"}},
            ["r4-dom-4@Task.contained[0].meta"],
        ),
        (
            {"contained": [holder(meta={"security": [{"code": "R"}]})], "for": {"reference": "#c"}},
            ["r4-dom-5@Task.contained[0].meta"],
        ),
        (
            {"contained": [holder(contained=[holder()])], "for": {"reference": "#c"}},
            ["r4-dom-2@Task.contained[0].contained[0]"],
        ),
        (
            {
                "contained": [
                    {
                        "resourceType": "Provenance",
                        "target": [{"reference": "#"}],
                        "recorded": "2026-11-21T10:00:00Z",
                        "agent": [{"who": {"display": "x"}}],
                    }
                ]
            },
            [],
        ),
    ],
)
def test_contained_resources(elements: dict[str, Any], expected: list[str]) -> None:
    assert faults(task(**elements)) == expected


@pytest.mark.parametrize(
    ("resource", "where"),
    [
        ({"resourceType": "Medication"}, "Medication"),
        ({"resourceType": "Dupont"}, "resourceType"),
        ({"resourceType": ["Task"]}, "resourceType"),
        ({}, "resourceType"),
    ],
)
def test_other_types_are_refused_by_name(resource: dict[str, Any], where: str) -> None:
    assert faults(resource) == [f"type-not-kept@{where}"]


def test_a_caller_may_know_fewer_types() -> None:
    with pytest.raises(Invalid):
        check(task(), known=frozenset({"Patient"}))


def test_problems_come_together_and_stop_at_twenty() -> None:
    assert faults(task(status="x", intent="y")) == ["code-unknown@Task.status", "code-unknown@Task.intent"]
    assert len(faults(task(note=[None] * 100))) == 20


def test_no_error_carries_a_value() -> None:
    resource = task(status="Dupont", authoredOn="Dupont", Dupont="Dupont", code={"Dupont": "x"})
    resource["for"] = {"reference": "Dupont/Dupont"}
    found = faults(resource)
    assert len(found) == 5
    assert "Dupont" not in str(found)


def test_a_huge_input_is_refused_in_bounded_time() -> None:
    extensions = [{"url": "a:b", "valueString": "x"} for _ in range(20_000)]
    nested = task(note=[{"text": "x", "extension": extensions[:4999]} for _ in range(4)])
    start = time.process_time()
    assert faults(task(extension=extensions)) == ["array-too-long@Task.extension"]
    assert faults(nested) == []
    assert time.process_time() - start < 2


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a resource, its own excepted."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in pairs for found in [(*path, key), *places(inner, (*path, key))]]


@few
@given(resource=generated, wrong=st.sampled_from([None, "", [], {}, 1.5, [[]], "\x00"]), data=st.data())
def test_a_wrong_value_is_refused_wherever_it_stands(resource: dict[str, Any], wrong: Any, data: st.DataObject) -> None:
    broken = copy.deepcopy(resource)
    *path, last = data.draw(st.sampled_from(places(broken)))
    parent = broken
    for step in path:
        parent = parent[step]
    parent[last] = wrong
    assert faults(broken)


@few
@given(resource=generated, data=st.data())
def test_an_unknown_element_is_refused_wherever_it_stands(resource: dict[str, Any], data: st.DataObject) -> None:
    broken = copy.deepcopy(resource)
    found = [broken]
    for path in places(broken):
        value: Any = broken
        for step in path:
            value = value[step]
        found += [value] if isinstance(value, dict) else []
    data.draw(st.sampled_from(found))["unheardOf"] = "x"
    assert [fault.split("@")[0] for fault in faults(broken)] == ["element-unknown"]


STRUCTURES = "http://hl7.org/fhir/StructureDefinition/"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/p", "type": "Patient"}, []),
        ({"reference": "Patient/p", "type": f"{STRUCTURES}Patient"}, []),
        ({"type": "Patient", "identifier": {"value": "1"}}, []),
        ({"reference": "https://x.example/fhir/Patient/p", "type": "Patient"}, []),
        ({"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "type": "Group"}, []),
        ({"reference": "Patient/p", "type": "http://x.example/StructureDefinition/Model"}, []),
        ({"reference": "Patient/p", "type": "Group"}, ["reference-target@Task.for"]),
        ({"reference": "https://x.example/fhir/Patient/p", "type": "Group"}, ["reference-target@Task.for"]),
        ({"reference": "Patient/p", "type": "Patiant"}, ["reference-target@Task.for.type"]),
        ({"reference": "#p", "type": "Group"}, ["reference-target@Task.for"]),
        ({"reference": "#p", "type": "Patient"}, []),
    ],
)
def test_e6_a_reference_is_to_the_type_that_it_declares(reference, expected):
    """R4 references.html#Reference.type: "The expected type of the target of the reference. If both are populated, both SHALL be
    consistent"; relative to the URL of R4's StructureDefinitions."""
    contained = {"contained": [{"resourceType": "Patient", "id": "p"}]} if reference.get("reference") == "#p" else {}
    task = {"resourceType": "Task", "status": "requested", "intent": "order", **contained, "for": reference}
    assert faults(task) == expected


def test_e6_the_declared_type_is_one_that_the_element_may_point_to():
    observation = {"resourceType": "Observation", "status": "final", "code": CODE}
    wrong = observation | {"subject": {"type": "Medication", "identifier": {"value": "1"}}}
    assert faults(wrong) == ["reference-target@Observation.subject.type"]
