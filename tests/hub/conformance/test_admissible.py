"""What the hub keeps of a resource: no narrative, no meta, no extension without a place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from hub.conformance import make_admissible
from hub.domain.errors import Invalid

KNOWN = "https://maillage.example/fhir/StructureDefinition/known"
OTHER = "https://maillage.example/fhir/StructureDefinition/other"


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "1", **elements}


def extension(url: str) -> dict[str, Any]:
    return {"url": url, "valueString": "x"}


def faults(resource: dict[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as raised:
        make_admissible(resource, {KNOWN})
    return [f"{problem.code}@{problem.where}" for problem in raised.value.problems]


def test_narrative_and_meta_go_and_the_given_resource_stays() -> None:
    div = {"status": "generated", "div": "<div>x</div>", "extension": [extension(OTHER)]}
    inner = {"resourceType": "Organization", "id": "o", "name": "x"}
    outer = patient(managingOrganization={"reference": "#o"}, gender="female")
    given = outer | {
        "text": div,
        "meta": {"versionId": "9"},
        "contained": [inner | {"text": div, "meta": {"source": "a:b"}}],
    }
    before = copy.deepcopy(given)
    assert make_admissible(given) == outer | {"contained": [inner]}
    assert given == before


def test_a_reference_with_an_address_says_no_more() -> None:
    told = {"display": "x", "_display": {"id": "d"}, "identifier": {"system": "urn:x", "value": "1"}}
    contact = {"organization": {"reference": "Organization/o", "type": "Organization"} | told}
    resource = patient(generalPractitioner=[{"reference": "Practitioner/p"} | told, told], contact=[contact])
    kept = {"organization": {"reference": "Organization/o", "type": "Organization"}}
    assert make_admissible(resource) == patient(
        generalPractitioner=[{"reference": "Practitioner/p"}, told], contact=[kept]
    )


def test_an_element_called_text_elsewhere_stays() -> None:
    resource = patient(maritalStatus={"text": "x"}, name=[{"text": "y"}])
    assert make_admissible(resource) == resource


def test_extensions_that_have_a_place_stay_with_their_parts() -> None:
    nested = {"url": KNOWN, "extension": [extension("part")]}
    resource = patient(extension=[nested], _gender={"extension": [extension(KNOWN)]})
    assert make_admissible(resource, {KNOWN}) == resource


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"extension": [extension(KNOWN), extension(OTHER)]}, "extension-unknown@Patient.extension[1]"),
        ({"_gender": {"extension": [extension(OTHER)]}}, "extension-unknown@Patient._gender.extension[0]"),
        (
            {"name": [{"family": "x", "extension": [extension(OTHER)]}]},
            "extension-unknown@Patient.name[0].extension[0]",
        ),
        (
            {"name": [{"given": ["x"], "_given": [None, {"extension": [extension(OTHER)]}]}]},
            "extension-unknown@Patient.name[0]._given[1].extension[0]",
        ),
        ({"modifierExtension": [extension(KNOWN)]}, "modifier-extension@Patient.modifierExtension"),
        (
            {"contact": [{"modifierExtension": [extension(KNOWN)]}]},
            "modifier-extension@Patient.contact[0].modifierExtension",
        ),
        ({"implicitRules": "https://exemple.org/rules"}, "implicit-rules@Patient.implicitRules"),
        ({"contained": [{"resourceType": "Medication", "id": "m"}]}, "type-not-kept@Patient.contained[0]"),
        (
            {"contained": [{"resourceType": "Organization", "id": "o", "extension": [extension(OTHER)]}]},
            "extension-unknown@Patient.contained[0].extension[0]",
        ),
    ],
)
def test_what_could_hide_or_change_a_meaning_is_refused(elements: dict[str, Any], expected: str) -> None:
    assert faults(patient(**elements)) == [expected]


def test_by_default_no_extension_has_a_place() -> None:
    with pytest.raises(Invalid):
        make_admissible(patient(extension=[extension(KNOWN)]))


def test_all_is_told_at_once_and_no_more_than_twenty() -> None:
    assert len(faults(patient(implicitRules="a:b", modifierExtension=[extension(KNOWN)]))) == 2
    assert len(faults(patient(extension=[extension(OTHER)] * 30))) == 20


def test_other_types_are_refused_by_name() -> None:
    assert faults({"resourceType": "Medication"}) == ["type-not-kept@Medication"]
