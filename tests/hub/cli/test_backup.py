"""`hub backup` and `hub restore`, as an operator types them."""

import hashlib
import json
import stat

import pytest
from sqlalchemy import delete, update

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.record import open_record
from hub.record.db.clock import instant
from hub.record.maintenance.backup import holds_anything, read_last_change, restore
from hub.record.tables import clock
from tests.hub.cli.test_main import environment
from tests.territory import settle_territory

__all__ = ["environment"]


@pytest.fixture
def copy_path(environment, tmp_path, capsys):
    """A record with a territory; the path of a copy to be made of it."""
    assert main(["init"]) == Exit.OK
    with open_record() as store:
        settle_territory(store)
    capsys.readouterr()
    return tmp_path / "copy"


def read_lines(capsys):
    output = capsys.readouterr()
    return [json.loads(line) for line in (output.out + output.err).splitlines()]


def test_a_copy_is_restored_elsewhere(copy_path, capsys, tmp_path, monkeypatch):
    assert main(["backup", str(copy_path), "--json"]) == Exit.OK
    (line,) = read_lines(capsys)
    assert line["sha256"] == hashlib.sha256(copy_path.read_bytes()).hexdigest()
    assert stat.S_IMODE(copy_path.stat().st_mode) == 0o600
    monkeypatch.setenv("HUB_DEMO_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    assert main(["restore", str(copy_path)]) == Exit.OK
    assert "Restauré" in capsys.readouterr().out
    with open_record() as store:
        assert holds_anything(store)
    assert main(["check"]) == Exit.OK


def test_a_record_that_is_not_empty_is_replaced_only_with_over(copy_path, capsys):
    assert main(["backup", str(copy_path)]) == Exit.OK
    capsys.readouterr()
    assert main(["restore", str(copy_path), "--json"]) == Exit.USAGE
    assert [line["code"] for line in read_lines(capsys)] == ["cli-restore-over"]
    assert main(["restore", str(copy_path), "--over"]) == Exit.OK


def test_dry_runs_write_nothing(copy_path, capsys, tmp_path, monkeypatch):
    assert main(["backup", str(copy_path), "--dry-run", "--json"]) == Exit.OK
    assert not copy_path.exists()
    assert main(["backup", str(copy_path)]) == Exit.OK
    monkeypatch.setenv("HUB_DEMO_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    capsys.readouterr()
    assert main(["restore", str(copy_path), "--dry-run", "--json"]) == Exit.OK
    assert [line["code"] for line in read_lines(capsys)] == ["cli-restore-would"]
    with open_record() as store:
        assert not holds_anything(store)


def test_f_10_restore_says_what_it_ends(copy_path, capsys):
    assert main(["backup", str(copy_path)]) == Exit.OK
    with open_record() as store:
        copied = read_last_change(store)
        with store.write() as connection:
            connection.execute(update(clock).values(time=copied + 3600 * 1_000_000))
    capsys.readouterr()
    assert main(["restore", str(copy_path), "--over", "--json"]) == Exit.OK
    said, done = read_lines(capsys)
    assert (said["code"], done["code"]) == ("cli-restore-ends", "cli-restore-done")
    assert (said["since"], said["until"]) == (instant(copied), instant(copied + 3600 * 1_000_000))


def test_f_10_a_copy_is_verified_by_a_restore_aside(copy_path, capsys, tmp_path, monkeypatch):
    assert main(["backup", str(copy_path), "--verify", "--json"]) == Exit.USAGE
    assert main(["backup", str(copy_path)]) == Exit.OK
    capsys.readouterr()
    before = sorted(tmp_path.iterdir())
    assert main(["backup", str(copy_path), "--verify", "--json"]) == Exit.OK
    (line,) = read_lines(capsys)
    assert (line["code"], line["resources"] > 5) == ("cli-backup-verified", True)
    assert sorted(tmp_path.iterdir()) == before

    def restore_less(store, source):
        restore(store, source)
        with store.write() as connection:
            connection.execute(delete(clock))

    monkeypatch.setattr("hub.record.maintenance.backup_proof.restore", restore_less)
    assert main(["backup", str(copy_path), "--verify", "--json"]) == Exit.FAULT
    assert [line["code"] for line in read_lines(capsys)] == ["backup-broken"]


def test_a_file_that_is_not_a_copy(copy_path, capsys):
    copy_path.write_text("no copy")
    assert main(["restore", str(copy_path), "--over", "--json"]) == Exit.FAULT
    assert [line["code"] for line in read_lines(capsys)] == ["backup-broken"]
    assert main(["backup", str(copy_path), "--json"]) == Exit.FAULT
    assert [line["code"] for line in read_lines(capsys)] == ["backup-exists"]


def test_missing_folders_and_databases(copy_path, capsys, monkeypatch, tmp_path):
    assert main(["backup", str(tmp_path / "nowhere" / "copy"), "--json"]) == Exit.USAGE
    assert [line["code"] for line in read_lines(capsys)] == ["cli-backup-folder"]
    assert main(["restore", str(tmp_path / "nothing")]) == Exit.USAGE
    monkeypatch.setenv("HUB_DEMO_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/hub.sqlite")
    capsys.readouterr()
    assert main(["backup", str(copy_path), "--json"]) == Exit.NOT_READY
    assert [line["code"] for line in read_lines(capsys)] == ["ready-database-folder"]


@pytest.mark.parametrize(("command", "tool"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_postgresql_has_tools_of_its_own(copy_path, capsys, monkeypatch, command, tool):
    copy_path.touch()
    monkeypatch.setenv("HUB_DEMO_DATABASE_URL", "postgresql://hub@127.0.0.1:1/hub")
    assert main([command, str(copy_path), "--lang", "en"]) == Exit.USAGE
    assert tool in capsys.readouterr().err
