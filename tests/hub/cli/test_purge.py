"""`hub purge`: what is past its term in the journal of accesses, counted or deleted."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, select

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.settings import load_settings
from hub.record.audit import index_traces
from hub.record.db.store import open_store
from hub.record.tables import trace
from tests.hub.cli.test_main import environment

__all__ = ["environment"]

DAY = 86_400_000_000


@pytest.fixture
def store(environment):
    assert main(["init"]) == Exit.OK
    settings = load_settings()
    store = open_store(settings.database_url, settings.seal_keys)
    yield store
    store.dispose()


def leave(store, *ages):
    who = {"client": "x", "party": "Organization/x", "role": "ssiad", "session": "", "action": "read", "type": "Task"}
    with store.write() as connection:
        for age in ages:
            row = {"at": store.now() - age * DAY, "tid": f"t{age}", "shown": "", "asked": ""}
            connection.execute(insert(trace).values(row | who))


def count_traces(store):
    with store.read() as connection:
        return len(connection.execute(select(trace.c.seq)).all())


def test_what_is_past_its_term_is_deleted(store, capsys, monkeypatch):
    monkeypatch.setenv("HUB_JOURNAL_DAYS", "10")
    leave(store, 30, 11, 9, 0)
    index_traces(store)
    capsys.readouterr()
    assert main(["purge", "--dry-run", "--json"]) == Exit.OK
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    assert count_traces(store) == 4
    assert main(["purge"]) == Exit.OK
    assert count_traces(store) == 2
    assert main(["purge"]) == Exit.OK
    assert count_traces(store) == 2
