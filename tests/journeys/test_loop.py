"""The closed loop, over HTTP, from the hospital's message to the answer that it reads (`docs/loop.md` D3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.auth import issue_demo_token
from hub.demo.story import build_activity, build_consent
from hub.demo.territory import load_messages, load_territory, seed_territory

FHIR = "application/fhir+json"


@pytest.fixture
def call(http, store, tmp_path: Path):
    """A request by a client of the demo territory."""
    seed_territory(store, tmp_path)
    tokens = {one["id"]: issue_demo_token(store, one["id"]) for one in load_territory()["client"]}

    def ask(client: str, method: str, path: str, body: Any = None, **headers: str):
        data = body if isinstance(body, bytes) else json.dumps(body) if body is not None else None
        sent = {"Authorization": f"Bearer {tokens[client]}", "Content-Type": FHIR}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return http.open(path, method=method, data=data, headers=sent)

    return ask


def _put(call, client: str, resource: dict[str, Any]) -> dict[str, Any]:
    path = f"/fhir/{resource['resourceType']}/{resource['id']}"
    answer = call(client, "PUT", path, resource, If_Match=f'W/"{resource["meta"]["versionId"]}"')
    assert answer.status_code == 200, answer.text
    return call(client, "GET", path).json


def _first(call, client: str, query: str) -> dict[str, Any]:
    entries = call(client, "GET", f"/fhir/{query}").json.get("entry", [])
    return entries[0]["resource"]


def test_from_the_hospitals_message_to_the_answer_that_it_reads(call):
    message = next(one for one in load_messages() if one.source == "chu-hl7")
    answer = call("demo-chu", "POST", "/intake/chu-hl7", message.path.read_bytes(), Content_Type=message.media_type)
    assert b"MSA|AA|" in answer.data

    # The hospital sees the status of its demand, and nothing of what the desk plans.
    asked = _first(call, "demo-chu", "Task?requester=Organization/demo-chu")
    assert asked["status"] == "requested"
    assert call("demo-chu", "GET", "/fhir/CarePlan").status_code == 403  # outside its scopes

    # The desk plans with two partners and accepts.
    intake = _first(call, "demo-dac", "Task?owner=Organization/demo-dac&status=requested")
    person = intake["for"]
    assert call("demo-dac", "POST", "/fhir/Consent", build_consent(person)).status_code == 201
    plan = _first(call, "demo-dac", f"CarePlan?patient={person['reference']}&status=draft")
    entries = [entry for entry in load_territory()["activity"] if entry["partner"] in ("demo-ssiad", "demo-saad")]
    _put(call, "demo-dac", plan | {"activity": [build_activity(entry) for entry in entries]})
    intake = call("demo-dac", "GET", f"/fhir/Task/{intake['id']}").json
    _put(call, "demo-dac", intake | {"status": "accepted"})
    assert _first(call, "demo-chu", "Task?requester=Organization/demo-chu")["status"] in ("accepted", "in-progress")
    assert _first(call, "demo-dac", f"CarePlan?patient={person['reference']}")["status"] == "active"

    # Before it answers, a partner sees whom it is asked for and no more, not even whose demand it came from; once it
    # accepts, its role's slice.
    task = _first(call, "demo-ssiad", "Task?owner=Organization/demo-ssiad&status=requested")
    assert "partOf" not in task
    before = call("demo-ssiad", "GET", f"/fhir/{person['reference']}").json
    assert {"name", "address"} <= set(before)
    assert "birthDate" not in before
    task = _put(call, "demo-ssiad", task | {"status": "accepted"})
    assert "birthDate" in call("demo-ssiad", "GET", f"/fhir/{person['reference']}").json
    seen = call("demo-ssiad", "GET", f"/fhir/Condition?patient={person['reference']}").json["entry"]
    assert [entry["resource"]["code"]["coding"][0]["code"] for entry in seen] == ["I50.9"]

    # Each finishes or declines; the hospital reads the end of its own demand.
    done = {"output": [{"type": {"text": "compte rendu"}, "valueString": "mise en place faite"}]}
    _put(call, "demo-ssiad", task | {"status": "completed"} | done)
    other = _first(call, "demo-saad", "Task?owner=Organization/demo-saad")
    _put(call, "demo-saad", other | {"status": "rejected", "statusReason": {"text": "plus de place"}})
    seen = call("demo-chu", "GET", "/fhir/Task?requester=Organization/demo-chu").json["entry"]
    assert [entry["resource"]["status"] for entry in seen] == ["completed"]
    # During the stay that its message announced the hospital's clinicians see the titles of others' actions, and no more.
    title = call("demo-chu", "GET", f"/fhir/Task/{task['id']}").json
    assert title["status"] == "completed"
    assert not {"output", "note", "input", "statusReason"} & set(title)


def test_an_opposition_closes_everything_at_once(call):
    message = next(one for one in load_messages() if one.source == "cabinet-fhir")
    call("demo-cabinet", "POST", "/intake/cabinet-fhir", message.path.read_bytes())
    intake = _first(call, "demo-dac", "Task?owner=Organization/demo-dac&status=requested")
    person = intake["for"]
    plan = _first(call, "demo-dac", f"CarePlan?patient={person['reference']}&status=draft")
    entry = next(entry for entry in load_territory()["activity"] if entry["partner"] == "demo-ssiad")
    _put(call, "demo-dac", plan | {"activity": [build_activity(entry)]})
    _put(call, "demo-dac", call("demo-dac", "GET", f"/fhir/Task/{intake['id']}").json | {"status": "accepted"})
    task = _first(call, "demo-ssiad", "Task?owner=Organization/demo-ssiad")
    _put(call, "demo-ssiad", task | {"status": "accepted"})
    assert call("demo-ssiad", "GET", f"/fhir/Condition?patient={person['reference']}").json["entry"]

    refusal = build_consent(person) | {"policyRule": {"coding": [{"system": _ACT, "code": "OPTOUT"}]}}
    del refusal["provision"]
    assert call("demo-dac", "POST", "/fhir/Consent", refusal).status_code == 201
    assert "entry" not in call("demo-ssiad", "GET", f"/fhir/Condition?patient={person['reference']}").json
    # Its own action stays: it must still be able to end it.
    assert call("demo-ssiad", "GET", f"/fhir/Task/{task['id']}").status_code == 200


_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
