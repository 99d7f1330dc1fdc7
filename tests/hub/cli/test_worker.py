"""`hub worker` and `hub endpoint` on a record in a folder of its own."""

import json

import pytest
from sqlalchemy import select

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.settings import load_settings
from hub.cli.worker import list_jobs
from hub.domain.actor import Actor
from hub.record.admission.inbox import NOTED, keep, save
from hub.record.clients.registry import Partner, register
from hub.record.db.store import open_store
from hub.record.tables import message
from tests.hub.cli.test_main import environment

__all__ = ["environment"]


@pytest.fixture
def store(environment):
    assert main(["init"]) == Exit.OK
    settings = load_settings()
    store = open_store(settings.database_url, settings.seal_keys)
    yield store
    store.dispose()


def test_one_round_of_all_jobs(store, capsys):
    capsys.readouterr()
    assert main(["worker", "--once", "--lang", "en"]) == Exit.OK
    output = capsys.readouterr()
    assert (output.out, output.err) == ("The worker has stopped.\n", "")


def test_a_failed_job_is_reported_without_its_message(store, capsys, monkeypatch):
    def fail(*_):
        raise RuntimeError("a value")

    monkeypatch.setattr("hub.record.clients.tokens.purge_expired", fail)
    assert main(["worker", "--once", "--json"]) == Exit.PARTLY
    output = capsys.readouterr()
    assert json.loads(output.err)["where"] == "tokens RuntimeError"
    assert "a value" not in output.err + output.out


def test_the_jobs(store):
    names = [job.name for job in list_jobs(store, load_settings())]
    assert names == ["revoked", "changes", "deliveries", "notices", "journal", "tokens", "accounts", "noted"]


@pytest.mark.parametrize(("days", "body"), [("", b"MSH|"), ("1", b"MSH|"), ("0", b"")])
def test_the_bytes_of_notices_are_kept_for_the_days_of_the_setting(store, monkeypatch, days, body):
    monkeypatch.setenv("HUB_NOTED_DAYS", days)
    actor = Actor("Organization/x", "ccas", "partner", ())
    notice = keep(store, actor, source="a", media_type="application/hl7-v2", body=b"MSH|")
    with store.write() as connection:
        save(connection, notice, state=NOTED)
    assert main(["worker", "--once"]) == Exit.OK
    with store.read() as connection:
        assert connection.scalar(select(message.c.raw)) == body


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
