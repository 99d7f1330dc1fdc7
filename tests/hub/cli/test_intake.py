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
    """Runs a command: (exit code, output lines as JSON, codes of problems). Bytes among the arguments are put into a file."""

    def write_file(content):
        (tmp_path / "file").write_bytes(content)
        return str(tmp_path / "file")

    def run(*arguments):
        words = [write_file(argument) if isinstance(argument, bytes) else argument for argument in arguments]
        code = main(["--json", *words])
        output = capsys.readouterr()
        problems = [json.loads(line)["code"] for line in output.err.splitlines()]
        return code, [json.loads(line) for line in output.out.splitlines()], problems

    return run


def test_a_file_is_admitted_as_its_senders(run):
    code, [line], problems = run("import", letters.table(letters.ROW), "--source", "ccas-csv")
    assert (code, line, problems) == (Exit.OK, {"code": "cli-import-done", "tasks": 1}, [])


def test_a_dry_run_keeps_nothing(run, record):
    assert run("import", letters.table(letters.ROW), "--source", "ccas-csv", "--dry-run")[0] == Exit.OK
    exit_code, _, problems = run("import", letters.table(letters.ROW, BAD), "--source", "ccas-csv", "--dry-run")
    assert (exit_code, problems) == (Exit.FAULT, ["bad-date"])
    assert run("import", b"no message", "--source", "chu-hl7", "--dry-run")[0] == Exit.FAULT
    from hub.record.tables import message

    with record.read() as connection:
        assert connection.execute(message.select()).all() == []


def test_partly_and_not_at_all(run):
    code, [line], problems = run("import", letters.table(BAD, letters.ROW), "--source", "ccas-csv")
    assert (code, line["tasks"], problems) == (Exit.PARTLY, 1, ["bad-date"])
    code, lines, problems = run("import", letters.table(BAD), "--source", "ccas-csv")
    assert (code, lines, problems) == (Exit.FAULT, [], ["cli-import-refused", "bad-date"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--source", "nowhere"], "cli-import-source"), (["--source", "chu-hl7"], "cli-import-client")],
)
def test_the_sender_must_be_clear(run, arguments, code):
    exit_code, _, problems = run("import", letters.ref(), *arguments)
    assert (exit_code, problems) == (Exit.USAGE, [code])


def test_replay_after_the_cause_is_removed(run, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        patched.setattr("hub.intake.admission.to_fhir", lambda *_: 1 / 0)
        assert run("import", letters.table(letters.ROW), "--source", "ccas-csv")[0] == Exit.FAULT
    code, [would], _ = run("replay", "--cause", "mapping-fault", "--dry-run")
    assert (code, would["code"], would["source"]) == (Exit.OK, "cli-replay-would", "ccas-csv")
    code, [success], _ = run("replay", "--id", would["id"])
    assert (code, success["code"], success["id"]) == (Exit.OK, "cli-replay-done", would["id"])
    code, [nothing], _ = run("replay", "--since", "2026-01-01")
    assert (code, nothing["code"]) == (Exit.OK, "cli-replay-nothing")


def test_replay_with_the_cause_still_there(run):
    run("import", letters.table(BAD), "--source", "ccas-csv")
    code, [line], _ = run("replay", "--cause", "bad-date")
    assert (code, line["code"]) == (Exit.FAULT, "cli-replay-dead")


def test_replay_needs_a_choice(run):
    assert run("replay") == (Exit.USAGE, [], ["cli-replay-which"])
