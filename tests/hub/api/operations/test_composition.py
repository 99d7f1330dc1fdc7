"""A plan as a document, judged by R4 itself."""

import copy
import json

import pytest
from fhir.resources.R4B.bundle import Bundle

from hub.api.operations.composition import compose_document
from hub.record.read.slice import Slice
from tests import r4

FHIR = "https://hub.example/fhir"


def slice_of(resource, updated=1_700_000_000_000_000, version="v"):
    name = f"{resource['resourceType']}/{resource['id']}"
    return Slice(name, json.dumps(resource, separators=(",", ":")).encode(), version, updated)


@pytest.fixture
def slices():
    person = {"reference": "Patient/p"}
    plan = {"resourceType": "CarePlan", "id": "x", "status": "active", "intent": "plan", "subject": person}
    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Fictive", "given": ["Zoé"]}]}
    party = {"resourceType": "Organization", "id": "o", "name": "Structure fictive"}
    team = {
        "resourceType": "CareTeam",
        "id": "t",
        "status": "active",
        "subject": person,
        "participant": [{"member": {"reference": "Organization/o"}}, {"member": {"reference": "Organization/gone"}}],
    }
    consent = {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "Chien"}, "subject": person}
    return [slice_of(one) for one in (plan, patient, party, team, consent)]


def document(slices, author="Organization/o", language="fr"):
    return json.loads(compose_document(slices, author, FHIR, language))


def test_it_is_a_document_of_r4(slices):
    bundle = document(slices)
    Bundle.model_validate(copy.deepcopy(bundle))
    assert bundle["type"] == "document"
    assert {"system", "value"} <= set(bundle["identifier"]), "bdl-9"
    assert bundle["timestamp"] == "2023-11-14T22:13:20.000000Z", "bdl-10"
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition", "bdl-11"
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls), "bdl-7"


@r4.needs_data
@pytest.mark.parametrize("author", ["Organization/o", "Patient/absente"])
def test_it_keeps_the_invariants_of_r4(slices, author):
    bundle = document(slices, author)
    assert r4.violations(bundle) == []
    assert [found for entry in bundle["entry"] for found in r4.violations(entry["resource"])] == []


def test_sections_hold_what_there_is_and_nothing_twice(slices):
    composition = document(slices)["entry"][0]["resource"]
    found = {section["title"]: [one["reference"] for one in section["entry"]] for section in composition["section"]}
    assert found == {
        "Le plan": [f"{FHIR}/CarePlan/x"],
        "Cercle d’accompagnement": [f"{FHIR}/CareTeam/t"],
        "Autres éléments": [f"{FHIR}/Flag/f"],
    }


def test_who_asks_without_an_entry_is_said_in_words_alone(slices):
    assert document(slices, "Patient/autre", "en")["entry"][0]["resource"]["author"] == [
        {"display": "Not in the directory"}
    ]
    assert document(slices[:1])["entry"][0]["resource"].get("subject") is None, "the person is not seen"


def test_its_identifier_follows_what_it_says_and_to_whom(slices):
    said = document(slices)["identifier"]
    assert document(slices)["identifier"] == said
    others = [
        document([*slices[:-1], slices[-1]._replace(version="w")]),
        document(slices[:-1]),
        document(slices, "Patient/p"),
        document(slices, language="en"),
    ]
    values = {said["value"], *(other["identifier"]["value"] for other in others)}
    assert len(values) == 5
