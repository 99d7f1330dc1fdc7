"""`hub import` and `hub replay`, on a record in a folder of its own."""

import json
import os

import pytest

from hub.cli import main
from hub.cli.exits import Exit
from hub.record.clients.registry import Partner, register
from hub.record.db.store import open_store
from hub.record.tables import metadata
from hub.settings.settings import load
from tests.hub.intake import letters
from tests.territory import settle_territory

BAD = ("D-3", "Sansdate", "Ève", "31/02/1950", "Chute")


@pytest.fixture
def record(monkeypatch, tmp_path):
    """An open record with a territory whose social service and hospital are registered."""
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_ENV", "demo")
    monkeypatch.setenv("HUB_VAR", str(tmp_path / "var"))
    settings = load(dict(os.environ))
    store = open_store(settings.database_url, settings.seal_keys, durable=False)
    with store.write() as connection:
        metadata.create_all(connection)
    settle_territory(store)
    register(store, Partner("ccas", "CCAS", "Organization/ccas", "ccas", ("system/*.crus",), ("ccas-csv",)))
    before = os.umask(0o022)
    yield store
    os.umask(before)
    store.dispose()


@pytest.fixture
def run(record, tmp_path, capsys):
    """(exit, output lines as JSON, problem codes) of a command; bytes among the arguments stand for a file."""

    def written(content):
        (tmp_path / "file").write_bytes(content)
        return str(tmp_path / "file")

    def run(*arguments):
        words = [written(argument) if isinstance(argument, bytes) else argument for argument in arguments]
        ended = main(["--json", *words])
        told = capsys.readouterr()
        problems = [json.loads(line)["code"] for line in told.err.splitlines()]
        return ended, [json.loads(line) for line in told.out.splitlines()], problems

    return run


def test_a_file_is_taken_in_as_its_senders(run):
    ended, [told], problems = run("import", letters.table(letters.ROW), "--source", "ccas-csv")
    assert (ended, told, problems) == (Exit.OK, {"code": "cli-import-done", "tasks": 1}, [])


def test_a_dry_run_keeps_nothing(run, record):
    assert run("import", letters.table(letters.ROW), "--source", "ccas-csv", "--dry-run")[0] == Exit.OK
    ended, _, problems = run("import", letters.table(letters.ROW, BAD), "--source", "ccas-csv", "--dry-run")
    assert (ended, problems) == (Exit.FAULT, ["bad-date"])
    assert run("import", b"no message", "--source", "chu-hl7", "--dry-run")[0] == Exit.FAULT
    from hub.record.tables import message

    with record.read() as connection:
        assert connection.execute(message.select()).all() == []


def test_partly_and_not_at_all(run):
    ended, [told], problems = run("import", letters.table(BAD, letters.ROW), "--source", "ccas-csv")
    assert (ended, told["tasks"], problems) == (Exit.PARTLY, 1, ["bad-date"])
    ended, told, problems = run("import", letters.table(BAD), "--source", "ccas-csv")
    assert (ended, told, problems) == (Exit.FAULT, [], ["cli-import-refused", "bad-date"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--source", "nowhere"], "cli-import-source"), (["--source", "chu-hl7"], "cli-import-client")],
)
def test_who_sends_must_be_clear(run, arguments, code):
    ended, _, problems = run("import", letters.ref(), *arguments)
    assert (ended, problems) == (Exit.USAGE, [code])


def test_replay_of_what_was_put_right(run, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        patched.setattr("hub.intake.admission.to_fhir", lambda *_: 1 / 0)
        assert run("import", letters.table(letters.ROW), "--source", "ccas-csv")[0] == Exit.FAULT
    ended, [would], _ = run("replay", "--cause", "mapping-fault", "--dry-run")
    assert (ended, would["code"], would["source"]) == (Exit.OK, "cli-replay-would", "ccas-csv")
    ended, [done], _ = run("replay", "--id", would["id"])
    assert (ended, done["code"], done["id"]) == (Exit.OK, "cli-replay-done", would["id"])
    ended, [nothing], _ = run("replay", "--since", "2026-01-01")
    assert (ended, nothing["code"]) == (Exit.OK, "cli-replay-nothing")


def test_replay_of_what_is_still_wrong(run):
    run("import", letters.table(BAD), "--source", "ccas-csv")
    ended, [told], _ = run("replay", "--cause", "bad-date")
    assert (ended, told["code"]) == (Exit.FAULT, "cli-replay-dead")


def test_replay_wants_to_know_which(run):
    assert run("replay") == (Exit.USAGE, [], ["cli-replay-which"])
