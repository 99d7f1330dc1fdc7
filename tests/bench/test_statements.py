"""The statements of each interaction: asserted numbers, the same with few and with many Tasks."""

from __future__ import annotations

from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.bench.load import load
from tests.bench.statements import count, interactions
from tests.territory import settle_territory

# A reading's last statement is its trace.
EXPECTED = {
    "token": 1,
    "read": 2,
    "worklist of 20": 3,
    "search of 20": 3,
    "search with _include": 5,
    "search by a chain": 3,
    "search with _total": 4,
    "$everything of 300": 5,
    "request and Task": 21,
    "transaction of 5": 14,
    "transaction of 20": 14,
    "referral, HL7 v2": 32,
}
# On PostgreSQL writers lock what they write about before they take the clock (`docs/writing.md`).
LOCKS = {"request and Task": 4, "transaction of 5": 4, "transaction of 20": 4, "referral, HL7 v2": 1}


def test_statements_are_constant(store: Store, settings: Settings) -> None:
    here = settle_territory(store)
    load(store, 100)
    told: dict[str, int] = {}
    for name, action in interactions(store, here, settings):
        action()
        told[name] = count(store, action)
        assert count(store, action) == told[name], name
    locks = LOCKS if store.on_postgres else {}
    assert told == {name: number + locks.get(name, 0) for name, number in EXPECTED.items()}
