"""The name of a message, what its references may point to, and how much a hostile one costs."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from adapters.fhir.referral import read
from hub.domain.errors import HubError, Invalid, Malformed, Problem
from hub.domain.referral.message import Referral

PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "EXEMPLE"}]}


def request(**elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, **elements,
    }  # fmt: skip


def bundle(*resources: dict[str, Any], **elements: Any) -> Referral:
    entries = [{"fullUrl": f"https://a.example/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    return read(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries, **elements}).encode())


def test_the_bundle_names_the_message_before_its_request_does() -> None:
    placer = [{"value": "B"}, {"type": {"coding": [{"code": "PLAC"}]}, "value": "A"}]
    asked = request(identifier=placer)
    assert bundle(PATIENT, asked, identifier={"system": "urn:x", "value": "M"}).header.message_id == "urn:x|M"
    assert bundle(PATIENT, asked).header.message_id == "A"
    assert bundle(PATIENT, request(identifier=placer[:1])).header.message_id == "B"


def test_without_identifier_the_content_names_the_message_however_it_is_written() -> None:
    body = {**request(subject={"reference": "#p"}), "contained": [PATIENT]}
    one = read(json.dumps(body).encode()).header.message_id
    other = read(json.dumps(dict(reversed(body.items())), indent=4).encode()).header.message_id
    changed = read(json.dumps({**body, "priority": "urgent"}).encode()).header.message_id
    assert one == other != changed
    assert len(one) == 64


@pytest.mark.parametrize(
    "reference",
    ["Patient/p", "https://a.example/Patient/p", "Patient/p/_history/2", "Patient?identifier=urn:x|7"],
)
def test_a_reference_finds_the_person(reference: str) -> None:
    patient = {**PATIENT, "identifier": [{"system": "urn:x", "value": "7"}]}
    assert bundle(patient, request(subject={"reference": reference})).person.names[0].family == "EXEMPLE"


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ({"reference": "https://b.example/Patient/p"}, "unresolved-reference"),
        ({"reference": "Patient/q", "display": "AUTRE"}, "unresolved-reference"),
        ({"display": "EXEMPLE"}, "unresolved-reference"),
        ({"reference": "Group/g"}, "wrong-reference"),
    ],
)
def test_a_reference_to_nobody_is_refused(subject: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        bundle(PATIENT, {"resourceType": "Group", "id": "g"}, request(subject=subject))
    assert (refused.value.problems[-1].code, refused.value.problems[-1].where[-8:]) == (code, ".subject")


@pytest.mark.parametrize(
    ("url", "is_resolved"),
    [("https://a.example/Patient/p", True), ("", True), ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", True),
     ("https://b.example/Patient/p", False)],
)  # fmt: skip
def test_c7_a_relative_reference_is_of_the_server_that_its_entry_is_of(url: str, is_resolved: bool) -> None:
    """R4 bundle.html#references: relative to the base of the fullUrl of the entry in which it is written."""
    entries = [
        {"fullUrl": "https://a.example/ServiceRequest/s", "resource": request()},
        {"resource": PATIENT, **({"fullUrl": url} if url else {})},
    ]
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    if is_resolved:
        assert read(body).person.names[0].family == "EXEMPLE"
    else:
        with pytest.raises(Invalid, match="unresolved-reference"):
            read(body)


def test_references_that_turn_in_circles_end() -> None:
    here = {"reference": "PractitionerRole/r"}
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": here, "organization": here}
    service = {"resourceType": "HealthcareService", "id": "h", "providedBy": {"reference": "HealthcareService/h"}}
    performer = [here, {"reference": "HealthcareService/h"}]
    found = bundle(PATIENT, role, service, request(performer=performer))
    assert [p.function for p in found.professionals] == ["referred-to", "referred-to"]
    places = {remark.split()[0] for remark in found.remarks}
    assert {"PractitionerRole.practitioner", "HealthcareService.providedBy"} <= places


def test_unread_says_places_never_values() -> None:
    odd = {"resourceType": "Basic", "id": "Dupont", "code": {"text": "x"}, "Dupont est malade": 1}
    found = bundle(PATIENT, request(), odd)
    assert found.unread == ("Basic (Bundle.entry[2].resource)",)
    assert found.warnings == (Problem("unread", "Bundle.entry[2].resource"),)


def test_what_has_no_element_is_said_in_words() -> None:
    odd = {"url": "https://a.example/Nom De Famille", "valueString": "x"}
    found = bundle({**PATIENT, "extension": [odd], "animal": {"species": {"text": "chat"}}}, request())
    assert found.remarks == ("Patient:unnamed : x", "Patient.animal : species : chat")
    assert found.warnings == ()


def test_numbers_keep_their_digits() -> None:
    numbers = (
        '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"valueQuantity":{"value":%s},'
    )
    tail = '"subject":{"reference":"#p"}}'
    body = {**request(subject={"reference": "#p"}), "contained": [PATIENT, "@"]}
    for written, kept in (("1.50", "1.50"), ("7", "7"), ("0.10e1", "1.0")):
        raw = json.dumps(body).replace('"@"', numbers % written + tail)
        [measure] = read(raw.encode()).measures
        assert str(dict(measure.carried)["valueQuantity"]["value"]) == kept


def test_many_small_resources_cost_little() -> None:
    observations = [
        {"resourceType": "Observation", "id": f"o{i}", "status": "final", "code": {"text": "x"},
         "subject": {"reference": "Patient/p"}} for i in range(5000)
    ]  # fmt: skip
    before = time.process_time()
    with pytest.raises(Malformed, match="json-too-many-parts"):
        bundle(PATIENT, request(), *observations)
    assert time.process_time() - before < 10


def test_a_thousand_problems_are_told_as_the_first_hundred() -> None:
    with pytest.raises(HubError) as refused:
        bundle(PATIENT, request(note=list(range(1000))))
    assert len(refused.value.problems) == 100
