"""The sets that R4 requires of concepts are the published ones, and a concept outside them is refused at its place."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles.codes import ALLERGY_CLINICAL
from hub.conformance import check
from hub.conformance.r4.bindings import CONCEPTS
from hub.domain.errors import Invalid
from tests import r4
from tests.hub.fhir.test_structure import codes

PERSON = {"reference": "Patient/a"}
LEAST: dict[str, dict[str, Any]] = {
    "AllergyIntolerance": {
        "patient": PERSON,
        "clinicalStatus": {"coding": [{"system": ALLERGY_CLINICAL, "code": "active"}]},
    },
    "Condition": {"subject": PERSON},
}


def system_of(element: str, name: str) -> str:
    stem = {"AllergyIntolerance": "allergyintolerance", "Condition": "condition"}[name]
    tail = (
        "clinical" if element == "clinicalStatus" else "verification" if name == "AllergyIntolerance" else "ver-status"
    )
    return f"http://terminology.hl7.org/CodeSystem/{stem}-{tail}"


CASES = [(name, element) for name, rules in CONCEPTS.items() for element, _ in rules]


@r4.needs_data
def test_they_are_all_that_the_definitions_require_of_concepts() -> None:
    required = {
        tuple(path.split("."))
        for path, found in r4.elements().items()
        if path.split(".")[0] in r4.TYPES
        and found.definition.get("binding", {}).get("strength") == "required"
        and found.types == ("CodeableConcept",)
    }
    assert required == set(CASES)


@r4.needs_data
@pytest.mark.parametrize(("name", "element"), CASES)
def test_each_published_code_is_taken(name: str, element: str) -> None:
    [holds] = [rule for key, rule in CONCEPTS[name] if key == element]
    url = r4.elements()[f"{name}.{element}"].definition["binding"]["valueSet"]
    assert codes(url)
    for code in codes(url):
        assert holds({"coding": [{"system": "urn:a"}, {"system": system_of(element, name), "code": code}]})


@pytest.mark.parametrize(("name", "element"), CASES)
@pytest.mark.parametrize("concept", [{"text": "active"}, {"coding": [{"system": "urn:x", "code": "active"}]}])
def test_a_concept_without_such_a_coding_is_refused_at_its_place(name: str, element: str, concept: Any) -> None:
    with pytest.raises(Invalid) as refused:
        check({"resourceType": name, **LEAST[name], element: concept})
    assert ("code-unknown", f"{name}.{element}") in {(one.code, one.where) for one in refused.value.problems}
