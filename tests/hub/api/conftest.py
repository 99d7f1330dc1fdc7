"""A small territory behind the FHIR door: a desk, a GP, a social service, one person whom they follow, and strangers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.record.access.grants import add_party
from hub.record.clients.registry import register
from hub.record.clients.tokens import issue_token
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.partners import SSIAD

FHIR = "application/fhir+json"
# Well-formed, and never given.
ABSENT = "a" * 26
NOT_FOUND = (
    b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","diagnostics":"Not found"}]}'
)


def told(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """All that an answer tells: status, headers but the request's own name, body."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Date")}
    return answer.status_code, headers, answer.data


@dataclass
class Caller:
    """A partner's software with its token. `party`: its organisation."""

    http: FlaskClient
    party: str
    token: str

    def ask(self, method: str, path: str, *, body: object = None, **headers: str) -> TestResponse:
        """One request under /fhir. Keywords are headers: `if_match` is If-Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("content-type", FHIR)
        data = body if isinstance(body, bytes | str | None) else json.dumps(body)
        return self.http.open(
            f"/fhir{path}", method=method, data=data, headers={"Authorization": f"Bearer {self.token}", **sent}
        )

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.ask("GET", path, **headers)

    def create(self, resource: Mapping[str, Any]) -> str:
        """`Type/id` of what was made."""
        made = self.ask("POST", f"/{resource['resourceType']}", body=resource)
        assert made.status_code == 201, made.text
        return f"{resource['resourceType']}/{made.json['id']}"


@pytest.fixture
def database(sqlite_database: str) -> str:
    """SQLite alone: what depends on the database is tried on both in tests/hub/record."""
    return sqlite_database


@pytest.fixture
def join(app: Flask, store: Store) -> Callable[..., Caller]:
    """Register a client in a role, for an organisation, and give it a token."""

    def joined(role: str, party: str, *scopes: str, **registration: Any) -> Caller:
        client_id = f"{role}-{party.rpartition('/')[2]}-{len(scopes)}"
        wanted = scopes or ("system/*.cruds",)
        with store.write() as connection:
            add_party(connection, party, role, store.now())
        register(store, replace(SSIAD, client_id=client_id, party=party, role=role, scopes=wanted, **registration))
        return Caller(app.test_client(), party, issue_token(store, client_id, wanted))

    return joined


@dataclass
class World:
    """Who asks, and what there is. The social service `soc` sees `patient`, `task` and its `request`, nothing else of
    these; `out` sees none of it."""

    desk: Caller
    gp: Caller
    soc: Caller
    out: Caller
    hosp: Caller
    patient: str
    hidden_patient: str
    task: str
    hidden_task: str
    condition: str
    request: str


@pytest.fixture
def world(join: Callable[..., Caller], clock: FakeClock) -> World:
    founder = join("gestionnaire", "Organization/founder")
    desk, gp, soc, out, hosp = (
        join(role, founder.create({"resourceType": "Organization", "name": f"{role}, fictif"}))
        for role in ("gestionnaire", "medecin_traitant", "ccas", "ssiad", "hosp_clinicien")
    )
    patient, hidden = (
        desk.create({"resourceType": "Patient", "name": [{"family": family, "given": ["Zoé"]}]})
        for family in ("Fictive", "Cachée")
    )
    for person, parties in ((patient, (gp, soc, hosp)), (hidden, (gp,))):
        desk.create(
            {
                "resourceType": "CareTeam",
                "status": "active",
                "subject": {"reference": person},
                "participant": [{"member": {"reference": caller.party}} for caller in parties],
            }
        )
    clock.tick(1000)
    task, hidden_task = (made(desk, person, owner) for person, owner in ((patient, soc), (hidden, gp)))
    condition = gp.create(
        {
            "resourceType": "Condition",
            "subject": {"reference": patient},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I50.0"}]},
            "clinicalStatus": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
            },
        }
    )
    clock.tick(1000)
    request = desk.get(f"/{task}").json["focus"]["reference"]
    return World(desk, gp, soc, out, hosp, patient, hidden, task, hidden_task, condition, request)


def made(desk: Caller, person: str, owner: Caller) -> str:
    """A Task asked of `owner` for `person`, with the request that it carries out."""
    request = desk.create(
        {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "subject": {"reference": person},
            "requester": {"reference": desk.party},
            "code": {"text": "Portage de repas"},
        }
    )
    return desk.create(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]},
            "focus": {"reference": request},
            "for": {"reference": person},
            "requester": {"reference": desk.party},
            "owner": {"reference": owner.party},
            "authoredOn": "2026-11-21T08:00:00Z",
        }
    )
