"""The hub under each server that is documented: gunicorn, and granian where it is installed."""

from __future__ import annotations

import gzip
import http.client
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.db.store import open_store
from hub.record.maintenance.kind import migrate_as
from hub.settings.settings import load
from tests.bench.server import free_port
from tests.territory import settle_territory

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "gunicorn": ["-m", "gunicorn", "--config", "config/gunicorn.py", "wsgi:app"],
    "granian": ["config/granian_server.py"],
}


@dataclass
class Running:
    """A server with two workers on a record that has the territory of the tests."""

    process: subprocess.Popen[bytes]
    port: int
    token: str

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers by lower-case name, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, content


@pytest.fixture(scope="module", params=list(COMMANDS))
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"no {request.param} here: pip install -r requirements-dev.txt")
    home = tmp_path_factory.mktemp(request.param)
    environment = {"HUB_ENV": "demo", "HUB_VAR": str(home), "PORT": str(free_port()), "HUB_WORKERS": "2"}
    settings = load(environment)
    store = open_store(settings.database_url, settings.seal_keys)
    migrate_as(store, "demo")
    settle_territory(store).join_circle("medecin_traitant")
    register(store, Partner("probe", "Cabinet fictif", "Organization/cabinet", "medecin_traitant", ("system/*.cruds",)))
    token = issue_token(store, "probe", ("system/*.cruds",))
    store.dispose()
    command = [sys.executable, *COMMANDS[request.param]]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log)
    server = Running(process, settings.port, token)
    try:
        for _ in range(900):
            try:
                server.ask("GET", "/livez")
                break
            except OSError:
                assert process.poll() is None, (home / "log").read_text()
                time.sleep(0.1)
        yield server
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()


def test_it_is_ready(running: Running) -> None:
    assert running.ask("GET", "/readyz")[0] == 200
    assert running.ask("GET", "/livez")[0] == 200


def test_a_read_and_a_search_are_answered(running: Running) -> None:
    status, headers, body = running.ask("GET", "/fhir/Patient/jeanne")
    assert (status, json.loads(body)["id"]) == (200, "jeanne")
    assert headers["content-type"].startswith("application/fhir+json")
    assert headers["etag"].startswith('W/"')
    status, _, body = running.ask("GET", "/fhir/Patient?_id=jeanne&_total=accurate")
    assert (status, json.loads(body)["total"]) == (200, 1)
    assert running.ask("GET", "/fhir/Patient/jeanne", Authorization="Bearer nobody")[0] == 401
    assert running.ask("GET", "/fhir/Patient/nobody")[0] == 404


def test_an_answer_is_compressed_if_asked(running: Running) -> None:
    status, headers, body = running.ask("GET", "/fhir/metadata", Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert json.loads(gzip.decompress(body))["resourceType"] == "CapabilityStatement"
    status, headers, body = running.ask("HEAD", "/fhir/Patient/jeanne")
    assert (status, body) == (200, b"")


def test_a_write_is_read_by_every_worker(running: Running) -> None:
    patient = json.loads(running.ask("GET", "/fhir/Patient/jeanne")[2])
    task = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
                ]
            }
        ],
        "subject": {"reference": f"Patient/{patient['id']}"},
        "effectiveDateTime": "2026-11-20",
        "valueQuantity": {"value": 160, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"},
    }
    body = json.dumps(task).encode()
    status, headers, answer = running.ask("POST", "/fhir/Observation", body, Content_Type="application/fhir+json")
    assert status == 201, answer
    name = "/".join(headers["location"].split("/")[-4:-2])
    assert [running.ask("GET", f"/fhir/{name}")[0] for _ in range(8)] == [200] * 8


def test_a_body_beyond_the_limit_is_refused(running: Running) -> None:
    try:
        status = running.ask("POST", "/fhir/Observation", b"[" * 6_000_000, Content_Type="application/fhir+json")[0]
    except ConnectionError:
        return  # the server had answered and closed while the body was being sent
    assert status == 413


def test_metrics_are_those_of_all_workers(running: Running) -> None:
    for _ in range(8):
        running.ask("GET", "/fhir/Patient/jeanne")
    status, _, body = running.ask("GET", "/metrics")
    assert status == 200
    assert b"hub_" in body
