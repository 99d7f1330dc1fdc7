import base64
import json
import os
import secrets
import stat

import pytest

from hub.cli import main
from hub.cli.exits import Exit


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """A demo in a folder of its own, without the settings and the locale of the account that runs the tests."""
    own = [name for name in os.environ if name.startswith(("HUB_", "LC_")) or name in ("PORT", "LANG")]
    for name in own:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_ENV", "demo")
    monkeypatch.setenv("HUB_VAR", str(tmp_path / "var"))
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_release(capsys):
    assert main(["version"]) == Exit.OK
    assert capsys.readouterr().out.startswith("Maillage version : ")


@pytest.mark.parametrize("arguments", [["--json", "version"], ["version", "--json"]])
def test_json_before_or_after_the_name(capsys, arguments):
    assert main(arguments) == Exit.OK
    assert json.loads(capsys.readouterr().out)["code"] == "cli-version-is"


def test_all_missing_settings_are_reported_with_exit_4(capsys, monkeypatch):
    monkeypatch.setenv("HUB_ENV", "production")
    assert main(["check"]) == Exit.NOT_READY
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines() == [
        "HUB_BASE_URL : Sans valeur : donnez-en une",
        "HUB_SEAL_KEY : Sans valeur : donnez-en une",
    ]


def test_init_then_check(capsys, tmp_path):
    assert main(["init"]) == Exit.OK
    assert main(["check", "--lang", "en"]) == Exit.OK
    output = capsys.readouterr()
    assert output.out.splitlines()[-1] == (
        "The hub can start. What is named above is missing before a first referral can be received. env: demo"
    )
    assert [line.partition(":")[0] for line in output.err.splitlines()] == [
        "hub organisation add",
        "hub user add --role guichet",
        "hub partner add --source",
    ]
    files = [path for path in (tmp_path / "var").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"seal.key", "hub.sqlite"}
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_init_again_keeps_the_key(tmp_path):
    main(["init"])
    key = (tmp_path / "var" / "demo" / "keys" / "seal.key").read_bytes()
    assert main(["init"]) == Exit.OK
    assert (tmp_path / "var" / "demo" / "keys" / "seal.key").read_bytes() == key


def test_init_makes_the_folder_of_a_hub_whose_key_a_setting_gives(monkeypatch, tmp_path):
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    monkeypatch.setenv("HUB_SEAL_KEY", key)
    assert main(["init"]) == Exit.OK
    assert main(["check"]) == Exit.OK
    assert not (tmp_path / "var" / "demo" / "keys" / "seal.key").exists()


def test_init_makes_the_key_of_a_production_that_names_none(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_ENV", "production")
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example.org")
    assert main(["check"]) == Exit.NOT_READY
    assert main(["init"]) == Exit.OK
    assert main(["check"]) == Exit.OK


@pytest.mark.parametrize(
    ("env", "proxies", "is_said"), [("production", "0", True), ("production", "1", False), ("demo", "0", False)]
)
def test_check_says_when_no_proxy_is_declared(monkeypatch, capsys, env, proxies, is_said):
    monkeypatch.setenv("HUB_ENV", env)
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example.org")
    monkeypatch.setenv("HUB_PROXY", proxies)
    assert main(["init"]) == Exit.OK
    assert main(["check"]) == Exit.OK
    assert ("HUB_PROXY" in capsys.readouterr().err) is is_said


def test_a_dry_init_writes_nothing_in_production(monkeypatch, tmp_path):
    monkeypatch.setenv("HUB_ENV", "production")
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example.org")
    assert main(["init", "--dry-run"]) == Exit.NOT_READY
    assert not (tmp_path / "var").exists()


def test_check_without_tables_folder_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("HUB_DEMO_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/hub.sqlite")
    assert main(["check", "--json"]) == Exit.NOT_READY
    assert [json.loads(line)["code"] for line in capsys.readouterr().err.splitlines()] == ["ready-database-folder"]


@pytest.mark.parametrize("folder", ["/dev/null/hub", "/proc/nothing/hub", "loop/hub", "x" * 300])
@pytest.mark.parametrize("command", ["check", "init", "serve", "worker"])
def test_f_10_an_impossible_folder_is_a_sentence(monkeypatch, capsys, tmp_path, folder, command):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.setenv("HUB_VAR", str(tmp_path / folder))
    assert main([command, "--json"]) == Exit.NOT_READY
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["where"] == "HUB_VAR"


def test_an_unknown_setting_is_reported_and_does_not_stop(monkeypatch, capsys):
    main(["init"])
    monkeypatch.setenv("HUB_DATABSE_URL", "sqlite:///x")
    assert main(["check"]) == Exit.OK
    assert "HUB_DATABSE_URL" in capsys.readouterr().err


def test_serve_does_not_start_with_settings_missing(monkeypatch, capsys):
    monkeypatch.setenv("HUB_ENV", "production")
    assert main(["serve"]) == Exit.NOT_READY
    assert "HUB_BASE_URL" in capsys.readouterr().err
