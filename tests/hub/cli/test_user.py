"""`hub organisation`, `hub user` and `hub key`: the first hours of an operator."""

from __future__ import annotations

import json
import stat

import pytest

from hub.accounts.management.enrolment import view_link
from hub.accounts.management.overview import list_accounts
from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.record import open_record
from hub.record.accounts.events import list_events
from hub.record.accounts.organisations import list_organisations
from hub.settings import seal_keys
from tests.hub.cli.test_main import environment
from tests.people import set_up

__all__ = ["environment"]

DAC = "Organization/dac"


@pytest.fixture
def hub(environment, capsys):
    """Runs a command: (exit code, output lines as JSON, codes of problems)."""
    assert main(["init"]) == Exit.OK

    def hub(*words):
        capsys.readouterr()
        code = main([*words, "--json"])
        output = capsys.readouterr()
        problems = [json.loads(line)["code"] for line in output.err.splitlines()]
        return code, [json.loads(line) for line in output.out.splitlines()], problems

    return hub


@pytest.fixture
def add(hub):
    """Runs `user add`, in a record with an organisation."""
    hub("organisation", "add", "dac", "--name", "DAC fictif")

    def add(login="admin@dac.example", role="admin_sys", party=DAC, *words):
        return hub("user", "add", login, "--name", "Élise Fictive", "--party", party, "--role", role, *words)

    return add


def enrol(link):
    """The owner of an account sets it up."""
    with open_record() as store:
        view = view_link(store, link.rpartition("/")[2], "Maillage")
        return set_up(store, "", view.login, link.rpartition("/")[2])


def test_organisations(hub):
    assert hub("organisation", "add", "cmp", "--name", "CMP fictif", "--category", "10") == (
        Exit.OK,
        [{"code": "cli-organisation-done", "party": "Organization/cmp"}],
        [],
    )
    assert hub("organisation", "add", "cmp", "--name", "Encore")[::2] == (Exit.FAULT, ["organisation-known"])
    assert hub("organisation", "add", "cmp", "--name", "Encore", "--dry-run")[::2] == (
        Exit.FAULT,
        ["organisation-known"],
    )
    assert hub("organisation", "add", "new", "--name", "Autre", "--dry-run")[1][0]["code"] == "cli-organisation-would"
    _, [line], _ = hub("organisation", "list")
    assert line == {"code": "cli-organisation-is", "party": "Organization/cmp", "name": "CMP fictif", "roles": ""}
    with open_record() as store:
        assert [entry.id for entry in list_organisations(store)] == ["cmp"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["a b", "--name", "x"], "organisation-id"),
        (["a", "--name", " "], "organisation-name"),
        (["a", "--name", "x", "--category", "ten"], "organisation-category"),
    ],
)
def test_a_wrong_organisation(hub, words, problem):
    assert hub("organisation", "add", *words)[::2] == (Exit.FAULT, [problem])


def test_the_first_administrator(hub, add):
    code, [line], _ = add()
    assert (code, line["code"], line["login"]) == (Exit.OK, "cli-user-added", "admin@dac.example")
    assert line["link"].startswith("http://127.0.0.1:8000/enrolement/")
    assert hub("user", "list")[1] == [
        {
            "code": "cli-user-invited",
            "login": "admin@dac.example",
            "name": "Élise Fictive",
            "roles": "admin_sys@Organization/dac",
            "waiting": "",
        }
    ]
    enrol(line["link"])
    assert hub("user", "list")[1][0]["code"] == "cli-user-is"


def test_all_that_is_wrong_is_found_before_anything_is_written(hub, add):
    for arguments, problem in (
        (("a b",), "login-form"),
        (("x@y", "tea"), "account-role"),
        (("x@y", "guichet", "Organization/nowhere"), "account-party"),
        (("x@y", "guichet", "Patient/x"), "account-party"),
    ):
        assert add(*arguments)[::2] == (Exit.FAULT, [problem])
    assert add("x@y.fr", "guichet", DAC, "--dry-run")[1] == [{"code": "cli-user-would", "login": "x@y.fr"}]
    assert hub("user", "list")[1] == []
    add("x@y.fr", "guichet")
    assert add("X@y.fr", "guichet", DAC, "--dry-run")[::2] == (Exit.FAULT, ["login-taken"])


def test_roles_and_their_end(hub, add):
    add("nadia@dac.example", "guichet")
    role = ("user", "role", "nadia@dac.example", "--party", DAC, "--role", "gestionnaire")
    assert hub(*role, "--dry-run")[1][0]["code"] == "cli-user-would"
    assert hub(*role)[0] == Exit.OK
    assert hub(*role)[::2] == (Exit.FAULT, ["role-given"])
    assert hub("user", "list")[1][0]["roles"].split() == ["guichet@Organization/dac", "gestionnaire@Organization/dac"]
    assert hub(*role, "--end", "--dry-run")[0] == Exit.OK
    assert hub(*role, "--end")[0] == Exit.OK
    assert hub(*role, "--end")[::2] == (Exit.FAULT, ["not-found"])
    assert hub("user", "role", "nobody", "--party", DAC, "--role", "ccas")[::2] == (Exit.FAULT, ["cli-user-unknown"])


def test_never_without_a_last_administrator(hub, add):
    _, [line], _ = add()
    enrol(line["link"])
    assert hub("user", "offboard", "admin@dac.example")[::2] == (Exit.FAULT, ["account-last-administrator"])
    role = ("user", "role", "admin@dac.example", "--party", DAC, "--role", "admin_sys", "--end")
    assert hub(*role)[::2] == (Exit.FAULT, ["account-last-administrator"])
    enrol(add("second@dac.example")[1][0]["link"])
    assert hub("user", "offboard", "admin@dac.example", "--why", "départ")[0] == Exit.OK
    assert {line["login"]: line["code"] for line in hub("user", "list")[1]} == {
        "admin@dac.example": "cli-user-ended",
        "second@dac.example": "cli-user-is",
    }


def test_a_lost_factor(hub, add):
    _, [line], _ = add()
    enrol(line["link"])
    assert hub("user", "link", "admin@dac.example")[::2] == (Exit.FAULT, ["account-why"])
    _, [again], _ = hub("user", "link", "admin@dac.example", "--why", "téléphone perdu")
    assert again["code"] == "cli-user-link"
    enrol(again["link"])
    with open_record() as store:
        (view,) = list_accounts(store)
        with store.read() as connection:
            made = next(event for event in list_events(connection, view.account.account_id) if event.act == "link-made")
    assert made.agent.name.startswith("operator:")
    assert made.why == "reset téléphone perdu"


def test_an_offboard_that_is_only_tried(hub, add):
    add("nadia@dac.example", "guichet")
    assert hub("user", "offboard", "nadia@dac.example", "--dry-run")[1][0]["code"] == "cli-user-would"
    assert hub("user", "list")[1][0]["code"] == "cli-user-invited"


def test_keys(hub, tmp_path):
    hub("organisation", "add", "dac", "--name", "DAC fictif")
    file = tmp_path / "partner.jwk"
    assert hub("key", "new", "k1", "--file", str(file))[1] == [
        {"code": "cli-key-made", "file": str(file), "public": f"{file}.pub"}
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "d" in json.loads(file.read_text())
    assert "d" not in json.loads((tmp_path / "partner.jwk.pub").read_text())
    assert hub("key", "new", "k1", "--file", str(file))[::2] == (Exit.FAULT, ["cli-key-file"])
    options = ("--name", "x", "--party", DAC, "--role", "guichet", "--scope", "system/*.rs", "--key", f"{file}.pub")
    assert hub("partner", "add", "soft", *options)[0] == Exit.OK
    _, [line], _ = hub("key", "list")
    assert (line["code"], line["client"], line["kid"], line["alg"], line["until"]) == (
        "cli-key-is",
        "soft",
        "k1",
        "ES384",
        "",
    )
    assert hub("key", "list", "other")[1] == []
    assert hub("key", "retire", "soft", "k1")[::2] == (Exit.FAULT, ["key-last"])
    assert hub("key", "retire", "soft", "k2")[::2] == (Exit.FAULT, ["cli-key-unknown"])
    second = str(tmp_path / "second.jwk")
    hub("key", "new", "k2", "--file", second)
    hub("partner", "rotate", "soft", "--key", f"{second}.pub")
    assert [line["code"] for line in hub("key", "list", "soft")[1]] == ["cli-key-ends", "cli-key-is"]
    assert hub("key", "retire", "soft", "k1", "--dry-run")[1][0]["code"] == "cli-key-would"
    assert hub("key", "retire", "soft", "k1")[0] == Exit.OK
    assert [line["kid"] for line in hub("key", "list", "soft")[1]] == ["k2"]


def test_check_says_what_keeps_people_out(hub, tmp_path, monkeypatch):
    assert hub("check")[0] == Exit.OK
    monkeypatch.setenv("HUB_IDP_FILE", str(tmp_path / "nothing.toml"))
    assert hub("check")[::2] == (Exit.NOT_READY, ["check-idp"])
    monkeypatch.delenv("HUB_IDP_FILE")
    key, former = tmp_path / "var" / "demo" / "keys" / "seal.key", tmp_path / "former.key"
    key.rename(former)
    seal_keys.make(key)
    assert hub("check")[::2] == (Exit.NOT_READY, ["ready-seal-key-other"])
    monkeypatch.setenv("HUB_SEAL_KEY_PREVIOUS_FILE", str(former))
    assert hub("init")[0] == Exit.OK
    monkeypatch.delenv("HUB_SEAL_KEY_PREVIOUS_FILE")
    assert hub("check")[0] == Exit.OK
