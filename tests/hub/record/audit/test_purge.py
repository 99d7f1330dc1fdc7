"""Traces and events are deleted by age, and nothing else is (`hub.record.audit.purge`)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from hub.record.audit import index_traces
from hub.record.audit import purge as module
from hub.record.audit.purge import count_old, purge_journal
from hub.record.db.store import Store
from hub.record.tables import access, access_actor, trace
from tests.hub.record.audit.conftest import Ward


def leave(store: Store, *times: int, client: str = "x", shown: str = "Condition/c Condition/d") -> None:
    who = {"client": client, "party": "Organization/ssiad", "role": "ssiad", "session": "", "action": "read"}
    with store.write() as connection:
        for at in times:
            row = {"at": at, "tid": f"{client}{at}", "type": "Condition", "shown": shown, "asked": ""}
            connection.execute(insert(trace).values(row | who))


def read_column(store: Store, column: Any) -> list[Any]:
    with store.write() as connection:
        return sorted(connection.scalars(select(column)))


def test_what_is_old_goes_and_the_rest_stays(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """In several batches; whoever acted goes with the last of its events on a person."""
    monkeypatch.setattr(module, "PERSONS", 1)
    monkeypatch.setattr(module, "TRACES", 3)
    store = ward.here.store
    leave(store, *range(10), client="former")
    leave(store, *range(10, 15))
    index_traces(store)
    assert count_old(store, 10) == 10 * 2 + 10
    assert purge_journal(store, 10) == 10 * 2 + 10
    assert read_column(store, trace.c.at) == list(range(10, 15))
    assert read_column(store, access.c.at) == sorted([*range(10, 15)] * 2)
    assert read_column(store, access_actor.c.client) == ["x", "x"]
    assert purge_journal(store, 10) == count_old(store, 10) == 0
    ward.opens("ssiad", "Condition/c")
    assert len(ward.events("personne")) == 6


def test_a_trace_that_the_journal_has_not_is_kept(ward: Ward) -> None:
    store = ward.here.store
    leave(store, 1, 2, 3)
    assert purge_journal(store, 100) == 0
    assert index_traces(store) == 3
    assert purge_journal(store, 100) == 3 * 2 + 2


def test_numbers_of_traces_go_on_after_all_were_old(ward: Ward) -> None:
    """Else a trace would get a number that the journal has passed."""
    store = ward.here.store
    leave(store, 1, 2, 3)
    index_traces(store)
    purge_journal(store, 100)
    leave(store, 200)
    assert index_traces(store) == 1
    assert read_column(store, access.c.at) == [200, 200]
