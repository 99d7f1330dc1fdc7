"""How many SQL statements each interaction takes: a constant, whatever the record holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hub.api.bundle.transaction import process_bundle
from hub.api.http.body import EntryBody
from hub.api.http.request import ApiRequest, Service
from hub.api.routes import ROUTES
from hub.http.guards import Guard
from hub.http.request_context import RequestContext
from hub.intake import receive
from hub.record.clients.registry import Partner, find, register
from hub.record.clients.tokens import issue_token, token_actor
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.settings.settings import Settings
from tests.bench import population
from tests.bench.letters import letter
from tests.territory import Territory, statements

BASE = "https://hub.example/fhir"
CLIENT = "bench"
SCOPES = ("system/*.cruds",)
_PERSON = population.patient(population.LONG)
PERSON, FAMILY = f"Patient/{_PERSON['id']}", _PERSON["name"][0]["family"]


def measured_organisation() -> Partner:
    """The client whose worklist is measured."""
    name, role = population.name_of(0), population.role_of(0)
    return Partner(CLIENT, "Structure fictive 0", name, role, SCOPES)


def interactions(store: Store, here: Territory, settings: Settings) -> Iterator[tuple[str, Callable[[], object]]]:
    """(name, what does it once) on a record that holds a population and the territory of the tests."""
    if find(store, CLIENT) is None:
        register(store, measured_organisation())
    token = issue_token(store, CLIENT, SCOPES)
    held = token_actor(store, token)
    assert held is not None
    record = Record(store, held[0], BASE)
    listed = [("owner", population.name_of(0)), ("_count", "20")]
    sender = here.actor("hosp_clinicien", scopes=("system/*.crus",), sources=("chu-hl7",))
    rank = iter(range(10_000))
    service = Service(store, BASE, settings.limits, Guard({}))
    bundle = EntryBody(population.notes(population.LONG, 20))
    transaction = ApiRequest(service, RequestContext(CLIENT), "POST", {}, b"", headers={}, body=bundle, opened=record)
    short = transaction._replace(body=EntryBody(population.notes(population.LONG, 5)))
    asked = population.demand(population.LONG, 0, population.circle_of(population.LONG)[1])
    demand = transaction._replace(body=EntryBody(asked))

    def refer() -> object:
        return receive(store, sender, "chu-hl7", "application/hl7-v2", letter(next(rank)), settings=settings)

    yield "token", lambda: token_actor(store, token)
    yield "read", lambda: record.read(name_of_a_task())
    yield "worklist of 20", lambda: record.search("Task", listed)
    yield "search of 20", lambda: record.search("Task", [("requester", population.name_of(0)), ("_count", "20")])
    yield "search with _include", lambda: record.search("Task", [*listed, ("_include", "Task:patient")])
    yield "search by a chain", lambda: record.search("Task", [("patient.family", FAMILY)])
    yield "search with _total", lambda: record.search("Task", [*listed, ("_total", "accurate")])
    yield "$everything of 300", lambda: record.everything(PERSON, [])
    yield "request and Task", lambda: process_bundle(demand, ROUTES)
    yield "transaction of 5", lambda: process_bundle(short, ROUTES)
    yield "transaction of 20", lambda: process_bundle(transaction, ROUTES)
    yield "referral, HL7 v2", refer


def name_of_a_task() -> str:
    """The first Task that the measured organisation owns."""
    first = next(task for task in population.tasks(0) if task["owner"]["reference"] == population.name_of(0))
    return f"Task/{first['id']}"


def count(store: Store, action: Callable[[], object]) -> int:
    """The statements of `action`, transaction control aside."""
    with statements(store) as said:
        action()
    return len(said)
