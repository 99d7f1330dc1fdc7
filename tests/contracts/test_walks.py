"""ARCHITECTURE.md tells five walks through the code; each names modules in the order in which a request first enters them."""

from dataclasses import replace
from pathlib import Path

import pytest

from hub.record.clients.registry import register
from hub.record.clients.tokens import issue_token
from tests.contracts.walks import read_walk, watch_modules
from tests.hub.desk.web.browsing import Browsing
from tests.hub.intake.letters import ref
from tests.partners import SSIAD
from tests.people import enrol
from tests.territory import settle_territory, task

FHIR, HL7 = "application/fhir+json", "application/hl7-v2"


@pytest.fixture
def database(sqlite_database: str) -> str:
    """One database: the way of a request is the same on both."""
    return sqlite_database


class Caller:
    """A client of the territory with a token. `open` is the test client's, with the token."""

    def __init__(self, app, store, client_id: str, party: str, role: str, sources: tuple[str, ...] = ()) -> None:
        scopes = ("system/*.crus",)
        register(store, replace(SSIAD, client_id=client_id, party=party, role=role, scopes=scopes, sources=sources))
        self._http, self._token = app.test_client(), issue_token(store, client_id, scopes)

    def open(self, method: str, path: str, media_type: str = "", **request):
        headers = {"Authorization": f"Bearer {self._token}"} | ({"Content-Type": media_type} if media_type else {})
        return self._http.open(path, method=method, headers=headers | request.pop("headers", {}), **request)


@pytest.fixture
def walks(app, store) -> dict[str, list[str]]:
    """Title of a walk → the modules that such a request enters when the hub is warm."""
    territory = settle_territory(store)
    territory.join_circle("gestionnaire")
    name = territory.write(task("t", owner="Organization/ssiad"), by="Organization/dac")
    manager = Caller(app, store, "dac", "Organization/dac", "gestionnaire")
    hospital = Caller(app, store, "chu", "Organization/chu", "hosp_clinicien", ("chu-hl7",))

    def read():
        return manager.open("GET", f"/fhir/{name}")

    def search():
        return manager.open("GET", "/fhir/Task?status=requested")

    def update():
        seen = read()
        changed = seen.json | {"priority": "urgent" if seen.json.get("priority") != "urgent" else "asap"}
        headers = {"If-Match": seen.headers["ETag"]}
        return lambda: manager.open("PUT", f"/fhir/{name}", FHIR, json=changed, headers=headers)

    def send(number: int):
        message = ref(f"W-{number}", name=f"EXEMPLE{number}^ALIX^ALIX^^^^L", ipp=str(number))
        return lambda: hospital.open("POST", "/intake/chu-hl7", HL7, data=message)

    person = Browsing(app)
    person.sign_in(enrol(store, "elise@dac.example", ("Organization/dac", "guichet")))

    calls = {
        "A page": (lambda: person.get("/compte"), lambda: person.get("/compte")),
        "A read": (read, read),
        "A search": (search, search),
        "An update": (update(), update),
        "A message in": (send(1), lambda: send(2)),
    }
    walked = {}
    for title, (warm_up, call) in calls.items():
        warm_up()
        # What prepares a call, such as the reading before an update, is not part of its walk.
        request = call() if title in ("An update", "A message in") else call
        with watch_modules() as modules:
            answer = request()
        assert answer.status_code == 200, answer.text
        walked[title] = modules
    return walked


@pytest.mark.parametrize("title", ["A read", "A search", "An update", "A message in", "A page"])
def test_the_map_names_the_modules_in_the_order_of_the_walk(title, walks):
    told = read_walk(title)
    assert told
    assert all(Path(module).is_file() for module in told), told
    assert told == [module for module in walks[title] if module in told]
