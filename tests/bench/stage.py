"""What is measured: a record, the hub on it, and the floor beside it, which is the same whatever the database of the record."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from hub.record.clients.registry import Partner, register
from hub.record.clients.tokens import issue_token
from hub.record.db.store import Store, open_store
from hub.record.maintenance.migrate import migrate
from hub.record.tables import metadata
from hub.settings.settings import Settings, load
from tests.bench import population
from tests.bench.client import Client
from tests.bench.letters import letter
from tests.bench.load import load as load_tasks
from tests.bench.rows import Rows, written
from tests.bench.server import FLOOR_FOLDER, Server, free_port, serve
from tests.bench.statements import CLIENT, FAMILY, PERSON, SCOPES, interactions, measured_organisation
from tests.territory import settle_territory

_SENDER = Partner("sender", "Hôpital fictif", "Organization/chu", "hosp_clinicien", ("system/*.crus",), ("chu-hl7",))
WORKLIST = f"/fhir/Task?owner={population.name_of(0)}&_count=20"
# Of ten of its Tasks three in the shape `peer`, two of five in the native one.
BY_STATUS = {shape: f"{WORKLIST}&status={status}" for shape, status in (("native", "accepted"), ("peer", "requested"))}
# With 1 000 Tasks an organisation owns five: a page that is as long at every size.
GROWING = f"/fhir/Task?owner={population.name_of(0)}&_count=5"
SEARCH = f"/fhir/Task?requester={population.name_of(0)}&_count=20"
# Each with the body that the floor says in its turn.
ASKED = {
    "worklist": WORKLIST,
    "search": SEARCH,
    "include": f"{WORKLIST}&_include=Task:patient",
    "chain": f"/fhir/Task?patient.family={FAMILY}",
    "total": f"{WORKLIST}&_total=accurate",
    "everything": f"/fhir/{PERSON}/$everything",
}


def list_paths(shape: str) -> dict[str, str]:
    """The path of each kind of reading, by the name of its floor, of a record of `shape`."""
    by_status = BY_STATUS[shape]
    return ASKED | {
        "status": by_status,
        "status-total": f"{by_status}&_total=accurate",
        "sorted": f"{by_status}&_sort=-_lastUpdated",
        "territory": f"/fhir/Task?status={by_status.rpartition('=')[2]}&_count=20",
    }


# Persons of whose circle the measured organisation is; of the last one it wrote a note each day of three years.
PERSONS, LIVED, DAYS = (0, 66), 133, 3 * 365
NOTES = json.dumps(population.notes(population.LONG, 20)).encode()


@dataclass
class Stage:
    """The record `store`, the servers `hub` and `floor`, and a client of each."""

    store: Store
    settings: Settings
    hub: Server
    floor: Server
    at_hub: Client
    at_floor: Client
    at_door: Client
    ids: list[str]
    read_lock: count[int]
    bearers: tuple[dict[str, str], dict[str, str]]

    def renew_tokens(self) -> None:
        """Give both clients tokens that are new: one row may take as long as a token holds."""
        self.bearers = _issue_bearers(self.store)
        self.at_hub.set_headers(self.bearers[0])
        self.at_door.set_headers(self.bearers[1])

    @property
    def workers(self) -> int:
        """How many of the hub answer at once."""
        return self.settings.workers

    def read(self) -> bytes:
        """One of the Tasks of the worklist."""
        return self.at_hub.get(f"/fhir/Task/{self.ids[next(self.read_lock) % len(self.ids)]}")

    def note(self) -> bytes:
        """A transaction of twenty notes."""
        return self.at_hub.post("/fhir", NOTES, "application/fhir+json")

    def write_five(self, client: Client) -> bytes:
        """A transaction of five notes about one of two persons."""
        person = PERSONS[next(self.read_lock) % len(PERSONS)]
        return client.post("/fhir", json.dumps(population.notes(person, 5)).encode(), "application/fhir+json")

    def ask_of(self, person: int) -> bytes:
        """A request and its Task about `person`, new."""
        others = [number for number in population.circle_of(person) if number]
        demand = json.dumps(population.demand(person, 0, others[0])).encode()
        return self.at_hub.post("/fhir", demand, "application/fhir+json")

    def refer(self, client: Client | None = None) -> bytes:
        """A demand that was never sent before."""
        sender = client or self.at_door
        return sender.post("/intake/chu-hl7", letter(next(self.read_lock)), "application/hl7-v2")

    @contextmanager
    def clients(self, count: int, *, sender: bool = False) -> Iterator[Client]:
        """A client with `count` connections of its own, of the measured organisation or of who sends demands."""
        client = Client(self.hub, self.bearers[sender], count)
        try:
            yield client
        finally:
            client.close()


def prepare(folder: Path, database_url: str = "") -> tuple[Store, Settings]:
    """A record with the tests' territory, whose parties send and receive demands, and nothing else."""
    environment = {"HUB_ENV": "demo", "HUB_VAR": str(folder), "PORT": str(free_port())}
    environment["HUB_DEMO_DATABASE_URL"] = database_url
    settings = load(environment)
    store = open_store(settings.database_url, settings.seal_keys)
    migrate(store)
    settle_territory(store)
    register(store, measured_organisation())
    register(store, _SENDER)
    return store, settings


@contextmanager
def stage(
    folder: Path, store: Store, settings: Settings, shape: str = "native", database_pid: int | None = None
) -> Iterator[Stage]:
    """The hub and its floor, running. The floor says what the hub said, and writes what a demand writes."""
    environment = {"HUB_DEMO_DATABASE_URL": settings.database_url, "HUB_BASE_URL": settings.base_url}
    with serve("wsgi:app", settings.port, folder, environment, settings.workers, database_pid) as hub:
        bearers = _issue_bearers(store)
        at_hub, at_door = Client(hub, bearers[0]), Client(hub, bearers[1])
        page = at_hub.get(WORKLIST)
        ids = [entry["resource"]["id"] for entry in json.loads(page)["entry"]]
        ready = folder / "floor"
        ready.mkdir(exist_ok=True)
        turn = count(int.from_bytes(os.urandom(3)))
        answered = at_door.post("/intake/chu-hl7", letter(next(turn)), "application/hl7-v2")
        bodies = {name: at_hub.get(path) for name, path in list_paths(shape).items()}
        bodies |= {"read": at_hub.get(f"/fhir/Task/{ids[0]}"), "referral": answered}
        bodies |= {"transaction": at_hub.post("/fhir", NOTES, "application/fhir+json")}
        bodies |= dict.fromkeys(("five", "task"), bodies["read"])
        for name, body in bodies.items():
            (ready / f"{name}.body").write_bytes(body)
        if not (ready / "rows").exists():
            (ready / "rows").write_bytes(pickle.dumps(_rows_of_writes(folder / "writes")))
        _empty(ready / "floor.sqlite")
        floor = {FLOOR_FOLDER: str(ready)}
        with serve("tests.bench.floor:app", free_port(), folder, floor, settings.workers) as beside:
            at_floor = Client(beside, {"Authorization": "Bearer nobody"})
            yield Stage(store, settings, hub, beside, at_hub, at_floor, at_door, ids, turn, bearers)
            for client in (at_hub, at_door, at_floor):
                client.close()


def _bearer(store: Store, client: str, scopes: tuple[str, ...]) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_token(store, client, scopes)}"}


def _issue_bearers(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    return _bearer(store, CLIENT, SCOPES), _bearer(store, _SENDER.client_id, _SENDER.scopes)


def _rows_of_writes(folder: Path) -> dict[str, Rows]:
    """What one demand and one transaction write, in a record of their own."""
    folder.mkdir()
    settings = load({"HUB_ENV": "demo", "HUB_VAR": str(folder)})
    store = open_store(settings.database_url, settings.seal_keys, durable=False)
    migrate(store)
    here = settle_territory(store)
    load_tasks(store, population.TASKS_EACH)
    does = dict(interactions(store, here, settings))
    found = {}
    for name, action in (
        ("referral", "referral, HL7 v2"),
        ("transaction", "transaction of 20"),
        ("five", "transaction of 5"),
        ("task", "request and Task"),
    ):
        does[action]()
        found[name] = written(store, does[action])
    store.dispose()
    return found


def _empty(path: Path) -> None:
    path.unlink(missing_ok=True)
    store = open_store(f"sqlite:///{path}", (b"0" * 64,))
    with store.write() as connection:
        metadata.create_all(connection)
    store.dispose()
