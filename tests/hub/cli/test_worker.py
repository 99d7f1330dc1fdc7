"""`hub worker` and `hub endpoint` on a record in a folder of its own."""

import json
import threading

import pytest
from sqlalchemy import delete, insert, select, update

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.settings import load_settings
from hub.cli.worker import list_jobs
from hub.domain.actor import Actor
from hub.record.admission.inbox import ADMITTED, DEAD, NOTED, RECEIVED, keep, list_dead_letters, save
from hub.record.clients.registry import Partner, register
from hub.record.db.store import open_store
from hub.record.tables import message, outbox
from hub.subscriptions.worker import MAX_FAILURES, Job, run_until_stopped
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


def test_f_2_a_worker_whose_job_fails_again_and_again_ends_with_a_fault(store, capsys, monkeypatch):
    monkeypatch.setattr("hub.subscriptions.worker.end_revoked", raise_disk_full)
    monkeypatch.setattr("hub.subscriptions.worker.REST_SECONDS", 0)
    capsys.readouterr()
    assert main(["worker", "--json"]) == Exit.FAULT
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["code"] for line in lines] == ["cli-worker-fault"] * MAX_FAILURES + ["cli-worker-ends"]
    assert lines[-1]["where"] == "revoked"


def raise_disk_full(*_):
    raise OSError("no space left")


def test_f_2_a_job_that_recovers_does_not_end_the_worker():
    stop, runs = threading.Event(), []

    def fail_often():
        runs.append(1)
        if len(runs) == 3 * MAX_FAILURES:
            stop.set()
        if len(runs) % MAX_FAILURES:
            raise_disk_full()
        return 0

    stop.wait = lambda _seconds: None
    run_until_stopped([Job("job", fail_often)], lambda: 0, lambda *_: None, stop)
    assert len(runs) == 3 * MAX_FAILURES


def test_f_2_check_says_that_nobody_does_the_work(store, capsys):
    assert main(["worker", "--once"]) == Exit.OK
    with store.write() as connection:
        oldest = store.now() - 3600 * 1_000_000
        connection.execute(insert(outbox).values(oid="o", rid=1, person=1, event="e", at=oldest, due=0, attempts=0))
    capsys.readouterr()
    assert main(["check", "--json"]) == Exit.NOT_READY
    output = capsys.readouterr()
    assert [json.loads(line)["code"] for line in output.err.splitlines()][-1] == "check-worker"
    assert "check-worker-round" in output.out
    with store.write() as connection:
        connection.execute(delete(outbox))
    assert main(["check"]) == Exit.OK


def test_the_jobs(store):
    names = [job.name for job in list_jobs(store, load_settings())]
    assert names == [
        "revoked",
        "changes",
        "deliveries",
        "notices",
        "journal",
        "tokens",
        "decisions",
        "desk-notes",
        "accounts",
        "noted",
        "dead",
        "journal-term",
        "round",
    ]


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


def keep_some(store, *states, body=b"MSH|1"):
    """A message and its rows in these states."""
    actor = Actor("Organization/x", "ccas", "partner", ())
    kept = keep(store, actor, source="a", media_type="text/csv", body=body)
    with store.write() as connection:
        save(connection, kept, state=states[0])
        for number, state in enumerate(states[1:], start=1):
            save(connection, kept.extract_row(number, b"row %d" % number), state=state)
    return kept.mid


def list_kept(store):
    with store.read() as connection:
        return {row.mid: row.raw for row in connection.execute(select(message.c.mid, message.c.raw))}


@pytest.mark.parametrize(("days", "age", "is_kept"), [("", 29, True), ("", 31, False), ("2", 1, True), ("2", 3, False)])
@pytest.mark.parametrize("state", [DEAD, RECEIVED])
def test_b_13_what_was_refused_is_purged_after_its_term(store, monkeypatch, state, days, age, is_kept):
    monkeypatch.setenv("HUB_DEAD_DAYS", days)
    dead, admitted = keep_some(store, state), keep_some(store, ADMITTED, body=b"MSH|2")
    with store.write() as connection:
        connection.execute(update(message).values(received=message.c.received - age * 86_400_000_000))
    assert main(["worker", "--once"]) == Exit.OK
    assert (dead in list_kept(store)) is is_kept
    assert admitted in list_kept(store)


@pytest.mark.parametrize(("states", "bytes_left"), [((DEAD, DEAD), b""), ((DEAD, ADMITTED), b"MSH|1")])
def test_b_13_a_table_goes_with_its_rows(store, states, bytes_left):
    table = keep_some(store, ADMITTED, *states)
    with store.write() as connection:
        connection.execute(update(message).values(received=0))
    assert main(["worker", "--once"]) == Exit.OK
    kept = list_kept(store)
    assert kept.pop(table) == bytes_left
    assert set(kept) == {f"{table}.{number}" for number, state in enumerate(states, start=1) if state == ADMITTED}


def test_b_13_what_comes_again_after_the_term_is_a_new_message(store):
    first = keep_some(store, DEAD)
    with store.write() as connection:
        connection.execute(update(message).values(received=0))
    assert main(["worker", "--once"]) == Exit.OK
    assert keep_some(store, DEAD) != first
    assert len(list_dead_letters(store)) == 1


def test_b_13_check_counts_the_dead_letters(store, capsys):
    main(["check", "--json"])
    assert "check-dead-letters" not in capsys.readouterr().out
    keep_some(store, DEAD)
    keep_some(store, DEAD, body=b"MSH|2")
    assert main(["check", "--json"]) == Exit.OK
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["code"], line["count"]) == ("check-dead-letters", 2)
    assert len(line["since"]) == len("2026-11-30")


def test_b_13_put_back_is_noticed(store, monkeypatch):
    monkeypatch.setattr("hub.record.admission.inbox.purge_dead_letters", lambda *_: 0)
    with pytest.raises(AssertionError):
        test_b_13_what_was_refused_is_purged_after_its_term(store, monkeypatch, DEAD, "", 31, False)


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
