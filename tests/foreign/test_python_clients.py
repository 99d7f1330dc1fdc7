"""fhirpy and SMART's Python fhirclient on a running hub: read, search with paging, create, update with If-Match, patch,
transaction, history."""

from __future__ import annotations

from typing import Any

import pytest
from fhirclient import client as smart
from fhirclient.models.bundle import Bundle, BundleEntry, BundleEntryRequest
from fhirclient.models.codeableconcept import CodeableConcept
from fhirclient.models.fhirreference import FHIRReference
from fhirclient.models.goal import Goal
from fhirclient.models.humanname import HumanName
from fhirclient.models.patient import Patient
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import MultipleResourcesFound

from tests.foreign.conftest import Running

# One hub for all clients: tests of a group go to one process.
pytestmark = pytest.mark.xdist_group("running")


def test_fhirpy(running: Running) -> None:
    hub = SyncFHIRClient(running.fhir, authorization=f"Bearer {running.token}")
    patient = hub.resource("Patient", name=[{"use": "usual", "family": "Fictive", "given": ["Noé"]}])
    patient.save()
    assert hub.reference("Patient", patient.id).to_resource()["name"][0]["family"] == "Fictive"

    goals = [hub.resource("Goal", **_goal(patient.to_reference().reference, number)) for number in (1, 2, 3)]
    for goal in goals:
        goal.save()
    found = hub.resources("Goal").search(patient=f"Patient/{patient.id}").limit(1).fetch_all()
    assert {goal.id for goal in found} == {goal.id for goal in goals}

    goal, stale = goals[0], hub.resource("Goal", **goals[0].serialize())
    goal["lifecycleStatus"] = "planned"
    goal.save()
    assert goal["lifecycleStatus"] == "planned"
    assert goal["meta"]["versionId"] != stale["meta"]["versionId"]
    matching = {"If-Match": f'W/"{stale["meta"]["versionId"]}"'}
    late = SyncFHIRClient(running.fhir, authorization=f"Bearer {running.token}", extra_headers=matching)
    # Its word for 412, whatever the cause.
    with pytest.raises(MultipleResourcesFound):
        late.resource("Goal", **stale.serialize()).save()

    hub.resource("Goal", id=goals[1].id).patch(lifecycleStatus="active")
    assert hub.resources("Goal").search(_id=goals[1].id).first()["lifecycleStatus"] == "active"

    sent = [_entry(_goal(f"Patient/{patient.id}", number), number) for number in (4, 5)]
    answered = hub.execute("", method="post", data={"resourceType": "Bundle", "type": "transaction", "entry": sent})
    assert [entry["response"]["status"][:3] for entry in answered["entry"]] == ["201", "201"]
    assert len(hub.execute(f"Goal/{goal.id}/_history", method="get")["entry"]) == 2


def _goal(patient: str, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "proposed",
        "description": {"text": f"Marcher, étape {number}"},
        "subject": {"reference": patient},
    }


def _entry(resource: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "fullUrl": f"urn:uuid:00000000-0000-4000-8000-00000000000{number}",
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }


def test_fhirclient(running: Running) -> None:
    server = smart.FHIRClient(settings={"app_id": "tried", "api_base": running.fhir}).server
    server.session.headers["Authorization"] = f"Bearer {running.token}"
    patient = Patient({"name": [HumanName({"use": "usual", "family": "Fictive", "given": ["Mia"]}).as_json()]})
    patient.update_with_json(patient.create(server) or {})
    assert Patient.read(patient.id, server).name[0].family == "Fictive"

    goals = [_made(server, patient, number) for number in (1, 2, 3)]
    asked = Goal.where({"patient": f"Patient/{patient.id}", "_count": "1"})
    assert {goal.id for goal in asked.perform_resources_iter(server)} == {goal.id for goal in goals}

    goal, version = goals[0], goals[0].meta.versionId
    goal.lifecycleStatus = "planned"
    changed = _sent(server, "put", goal.relativePath(), goal.as_json(), version)
    assert changed.json()["lifecycleStatus"] == "planned"
    assert _sent(server, "put", goal.relativePath(), goal.as_json(), version).status_code == 412

    operations = [{"op": "replace", "path": "/lifecycleStatus", "value": "active"}]
    patched = _sent(server, "patch", goals[1].relativePath(), operations, goals[1].meta.versionId)
    assert patched.json()["lifecycleStatus"] == "active"

    bundle = Bundle({"type": "transaction", "entry": [_posted(patient, number).as_json() for number in (4, 5)]})
    answered = Bundle(server.post_json("", bundle.as_json()).json())
    assert [entry.response.status[:3] for entry in answered.entry] == ["201", "201"]
    assert len(Bundle(server.request_json(f"{goal.relativePath()}/_history")).entry) == 2


def _made(server: Any, patient: Patient, number: int) -> Goal:
    return Goal(_of(patient, number).create(server))


def _of(patient: Patient, number: int) -> Goal:
    goal = Goal()
    goal.lifecycleStatus = "proposed"
    goal.description = CodeableConcept({"text": f"Marcher, étape {number}"})
    goal.subject = FHIRReference({"reference": f"Patient/{patient.id}"})
    return goal


def _posted(patient: Patient, number: int) -> BundleEntry:
    entry = BundleEntry({"fullUrl": f"urn:uuid:00000000-0000-4000-8000-00000000000{number}"})
    entry.resource = _of(patient, number)
    entry.request = BundleEntryRequest({"method": "POST", "url": "Goal"})
    return entry


def _sent(server: Any, method: str, path: str, body: Any, version: str) -> Any:
    """fhirclient has no If-Match and no patch of its own: its session sends them."""
    kind = "application/json-patch+json" if method == "patch" else "application/fhir+json"
    headers = {"If-Match": f'W/"{version}"', "Content-Type": kind}
    return getattr(server.session, method)(f"{server.base_uri}{path}", json=body, headers=headers)
