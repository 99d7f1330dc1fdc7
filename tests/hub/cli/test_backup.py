"""`hub backup` and `hub restore`, as an operator types them."""

import hashlib
import json
import stat

import pytest

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.record import open_record
from hub.record.maintenance.backup import holds_anything
from tests.hub.cli.test_main import environment
from tests.territory import settle_territory

__all__ = ["environment"]


@pytest.fixture
def planted(environment, tmp_path, capsys):
    """A record that holds something; gives a place for its copy."""
    assert main(["init"]) == Exit.OK
    with open_record() as store:
        settle_territory(store)
    capsys.readouterr()
    return tmp_path / "copy"


def told(capsys):
    said = capsys.readouterr()
    return [json.loads(line) for line in (said.out + said.err).splitlines()]


def test_there_and_back(planted, capsys, tmp_path, monkeypatch):
    assert main(["backup", str(planted), "--json"]) == Exit.OK
    (line,) = told(capsys)
    assert line["sha256"] == hashlib.sha256(planted.read_bytes()).hexdigest()
    assert stat.S_IMODE(planted.stat().st_mode) == 0o600
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    assert main(["restore", str(planted)]) == Exit.OK
    assert "Restauré" in capsys.readouterr().out
    with open_record() as store:
        assert holds_anything(store)
    assert main(["check"]) == Exit.OK


def test_what_stands_is_replaced_only_when_said(planted, capsys):
    assert main(["backup", str(planted)]) == Exit.OK
    capsys.readouterr()
    assert main(["restore", str(planted), "--json"]) == Exit.USAGE
    assert [line["code"] for line in told(capsys)] == ["cli-restore-over"]
    assert main(["restore", str(planted), "--over"]) == Exit.OK


def test_dry_runs_write_nothing(planted, capsys, tmp_path, monkeypatch):
    assert main(["backup", str(planted), "--dry-run", "--json"]) == Exit.OK
    assert not planted.exists()
    assert main(["backup", str(planted)]) == Exit.OK
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    capsys.readouterr()
    assert main(["restore", str(planted), "--dry-run", "--json"]) == Exit.OK
    assert [line["code"] for line in told(capsys)] == ["cli-restore-would"]
    with open_record() as store:
        assert not holds_anything(store)


def test_a_file_that_is_no_copy(planted, capsys):
    planted.write_text("no copy")
    assert main(["restore", str(planted), "--over", "--json"]) == Exit.FAULT
    assert [line["code"] for line in told(capsys)] == ["backup-broken"]
    assert main(["backup", str(planted), "--json"]) == Exit.FAULT
    assert [line["code"] for line in told(capsys)] == ["backup-exists"]


def test_places_that_are_not_there(planted, capsys, monkeypatch, tmp_path):
    assert main(["backup", str(tmp_path / "nowhere" / "copy"), "--json"]) == Exit.USAGE
    assert [line["code"] for line in told(capsys)] == ["cli-backup-folder"]
    assert main(["restore", str(tmp_path / "nothing")]) == Exit.USAGE
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/hub.sqlite")
    capsys.readouterr()
    assert main(["backup", str(planted), "--json"]) == Exit.NOT_READY
    assert [line["code"] for line in told(capsys)] == ["ready-database"]


@pytest.mark.parametrize(("command", "tool"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_postgresql_has_tools_of_its_own(planted, capsys, monkeypatch, command, tool):
    planted.touch()
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql://hub@127.0.0.1:1/hub")
    assert main([command, str(planted), "--lang", "en"]) == Exit.USAGE
    assert tool in capsys.readouterr().err
