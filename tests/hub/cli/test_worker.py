"""`hub worker` and `hub endpoint`, as an operator types them."""

import json

import pytest
from sqlalchemy import select

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.settings import load_settings
from hub.cli.worker import list_jobs
from hub.record.admission.inbox import NOTED, keep, save
from hub.record.clients.registry import Partner, register
from hub.record.db.store import open_store
from hub.record.tables import message
from tests.hub.cli.test_main import environment

__all__ = ["environment"]


@pytest.fixture
def store(environment):
    assert main(["init"]) == Exit.OK
    found = load_settings()
    opened = open_store(found.database_url, found.seal_keys)
    yield opened
    opened.dispose()


def test_one_turn_of_everything(store, capsys):
    capsys.readouterr()
    assert main(["worker", "--once", "--lang", "en"]) == Exit.OK
    told = capsys.readouterr()
    assert (told.out, told.err) == ("The worker ended.\n", "")


def test_a_job_that_fails_is_told_without_what_it_says(store, capsys, monkeypatch):
    def fails(*_):
        raise RuntimeError("a value")

    monkeypatch.setattr("hub.record.clients.tokens.purge_expired", fails)
    assert main(["worker", "--once", "--json"]) == Exit.PARTLY
    told = capsys.readouterr()
    assert json.loads(told.err)["where"] == "tokens RuntimeError"
    assert "a value" not in told.err + told.out


def test_the_jobs(store):
    names = [job.name for job in list_jobs(store, load_settings())]
    assert names == ["revoked", "changes", "deliveries", "notices", "journal", "tokens", "noted"]


@pytest.mark.parametrize(("days", "kept"), [("", b"MSH|"), ("1", b"MSH|"), ("0", b"")])
def test_the_bytes_of_notices_are_kept_for_the_days_of_the_setting(store, monkeypatch, days, kept):
    monkeypatch.setenv("HUB_NOTED_DAYS", days)
    came = keep(
        store, source="a", client="partner", party="Organization/x", media_type="application/hl7-v2", body=b"MSH|"
    )
    with store.write() as connection:
        save(connection, came, state=NOTED)
    assert main(["worker", "--once"]) == Exit.OK
    with store.read() as connection:
        assert connection.scalar(select(message.c.raw)) == kept


def test_hosts(store, capsys):
    party = "Organization/x"
    register(store, Partner("partner", "Fictif", party, "ccas", ("system/*.rs",)))
    capsys.readouterr()
    assert main(["endpoint", "allow", "partner", "hooks.partner.example"]) == Exit.OK
    assert main(["endpoint", "allow", "partner", "hooks.partner.example"]) == Exit.FAULT
    assert main(["endpoint", "allow", "partner", "127.0.0.1"]) == Exit.FAULT
    assert main(["endpoint", "allow", "nobody", "hooks.partner.example"]) == Exit.FAULT
    capsys.readouterr()
    assert main(["endpoint", "list", "--json"]) == Exit.OK
    (line,) = capsys.readouterr().out.splitlines()
    assert (json.loads(line)["client"], json.loads(line)["host"]) == ("partner", "hooks.partner.example")
    assert main(["endpoint", "forbid", "partner", "hooks.partner.example"]) == Exit.OK
    assert main(["endpoint", "forbid", "partner", "hooks.partner.example"]) == Exit.FAULT
