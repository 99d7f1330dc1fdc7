"""How often each interaction waits for PostgreSQL: round trips, BEGIN and COMMIT counted, statements sent together once."""

from __future__ import annotations

from hub.api.bundle.transaction import process_bundle
from hub.api.http.body import EntryBody
from hub.api.http.request import ApiRequest, Service
from hub.api.routes import ROUTES
from hub.http.guards import Guard
from hub.http.request_context import RequestContext
from hub.record.clients.tokens import issue_token, token_actor
from hub.record.db.store import open_store
from hub.record.repository.record import Record
from hub.settings.settings import Settings
from tests.bench import population
from tests.bench.load import load
from tests.bench.statements import BASE, CLIENT, SCOPES, interactions
from tests.conftest import SEAL_KEYS
from tests.postgres import Server
from tests.relay import open_relay
from tests.territory import settle_territory

# The goals are 3 for a read, 4 for a search, 12 for a transaction of 5 and 25 for a referral: each request waits once more
# than here, for its token.
MOST = {
    "token": 1,
    "read": 2,
    "worklist of 20": 3,
    "search of 20": 3,
    "transaction of 5": 11,
    "referral, HL7 v2": 24,
}
# psycopg prepares a statement when it comes for the sixth time, which is a wait more.
_WARM = 6


def test_waits_are_few(postgres: Server, postgres_template: str, settings: Settings) -> None:
    name = postgres.create(postgres_template)
    waits: dict[str, int] = {}
    with open_relay(postgres, name) as (relay, url):
        store = open_store(url, SEAL_KEYS, durable=False)
        here = settle_territory(store)
        load(store, 100)
        actions = dict(interactions(store, here, settings))
        held = token_actor(store, issue_token(store, CLIENT, SCOPES))
        assert held is not None
        request = ApiRequest(
            Service(store, BASE, settings.limits, Guard({})),
            RequestContext(CLIENT),
            "POST",
            {},
            b"",
            headers={},
            body=EntryBody(population.notes(population.LONG, 5)),
            opened=Record(store, held[0], BASE),
        )
        actions["transaction of 5"] = lambda: process_bundle(request, ROUTES)
        for action, run in actions.items():
            if action in MOST:
                for _ in range(_WARM):
                    run()
                before = relay.waits
                run()
                waits[action] = relay.waits - before
        store.dispose()
    postgres.drop(name)
    assert {action: number for action, number in waits.items() if number > MOST[action]} == {}
