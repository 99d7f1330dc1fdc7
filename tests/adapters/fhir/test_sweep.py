"""Published Bundles and ServiceRequests: a Referral or an error of the hub, and each refusal for its right reason."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from adapters.fhir.answer import render_outcome
from adapters.fhir.elements.parse import encode_canonical
from adapters.fhir.referral import read
from hub.domain.errors import HubError
from hub.domain.referral.message import Referral
from tests import r4

pytestmark = r4.needs_data
FOLDERS = ("referral_igs", "fr", "synthea", "r4/examples")
SDOH = "referral_igs/sdoh-clinicalcare/examples"
BSER = "referral_igs/bser/examples"


def data() -> Path:
    folder = r4.shared_data()
    assert folder is not None
    return folder


def outcome(raw: bytes) -> Referral | str:
    """The Referral, or the code of the last problem: the one that stopped the reading."""
    try:
        return read(raw)
    except HubError as error:
        assert render_outcome(error.problems)
        return error.problems[-1].code


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_published_resource_is_a_referral_or_refused_with_a_reason(folder: str) -> None:
    met: Counter[str] = Counter()
    for path in sorted((data() / folder).rglob("*.json")):
        raw = path.read_bytes()
        if "profiles" not in path.parts and _type(raw) in ("Bundle", "ServiceRequest"):
            found = outcome(raw)
            met[found if isinstance(found, str) else "referral"] += 1
    assert met
    # None brings both a demand and its person, but BSeR's message: everything else is refused for one of these.
    refused = {"no-request", "unresolved-reference", "unsupported-bundle-type", "json-too-large", "json-too-many-parts"}
    assert set(met) <= {"referral", *refused}


def test_the_published_bser_message_is_read_through_its_document() -> None:
    message = (data() / BSER / "Bundle-bundle-bser-referral-message-bundle-eve-everywoman.json").read_bytes()
    found = read(message)
    assert found.person.names[0].family == "Everywoman"
    assert (found.placer and found.placer.value, found.filler and found.filler.value) == ("88888888", "99999999")
    assert [p.function for p in found.professionals] == ["requester", "referred-to"]
    assert {"8480-6", "8302-2"} <= {measure.code.code for measure in found.measures}
    assert found.covers and found.allergies
    assert "Bundle.entry[1].resource.subject" in found.unread  # its reference names another id than that of its Patient


def test_a_demand_without_its_person_is_told_so() -> None:
    for path in [*(data() / SDOH).glob("ServiceRequest-*.json"), *(data() / BSER).glob("ServiceRequest-*.json")]:
        assert outcome(path.read_bytes()) == "unresolved-reference", path.name


def test_gravity_resources_sent_together_are_one_referral() -> None:
    names = [
        "ServiceRequest-SDOHCC-ServiceRequestActiveWICReferralExample",
        "Patient-SDOHCC-PatientBabyAbbas",
        "Task-SDOHCC-TaskContentRichReferralWICExample",
        "PractitionerRole-SDOHCC-PractitionerRoleDrJanWaterExample",
        "Practitioner-SDOHCC-PractitionerDrJanWaterExample",
        "Organization-SDOHCC-OrganizationClinicExample",
        "Organization-SDOHCC-OrganizationWICCommunityOrganizationExample",
        "Observation-SDOHCC-VitalSignsHeightExample",
        "Observation-SDOHCC-VitalSignsWeightExample",
    ]
    found = read(_bundle([r4.read(data() / SDOH / f"{name}.json") for name in names]))
    assert (found.person.birth_date, found.status) == ("2023-06-15", "accepted")
    assert [p.function for p in found.professionals] == ["requester", "referred-to"]
    assert found.professionals[0].organisation == "Better Health Clinic"
    assert len(found.measures) == 2


def test_a_synthetic_record_with_a_request_is_one_referral() -> None:
    sizes = ((path.stat().st_size, path) for path in (data() / "synthea").glob("*-*-*-*-*.json"))
    for _, path in sorted(sizes)[:6]:
        bundle = r4.read(path)
        patient = next(entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient")
        request = {"resourceType": "ServiceRequest", "status": "active", "intent": "order"}
        subject = {"subject": {"reference": patient["fullUrl"]}}
        found = read(encode_canonical({**bundle, "entry": [*bundle["entry"], {"resource": {**request, **subject}}]}))
        assert found.person.birth_date == patient["resource"]["birthDate"]
        assert found.measures


def _type(raw: bytes) -> str:
    found = json.loads(raw)
    return str(found.get("resourceType")) if isinstance(found, dict) else ""


def _bundle(resources: list[Any]) -> bytes:
    entries = [{"fullUrl": f"https://example.org/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]
    return encode_canonical({"resourceType": "Bundle", "type": "transaction", "entry": entries})
