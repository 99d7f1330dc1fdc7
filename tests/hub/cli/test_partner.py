"""`hub partner` on a record in a folder of its own."""

import json

import pytest

from hub.administration.public_keys import strip_private_members
from hub.auth import make_key
from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.record import open_record
from hub.record.accounts.events import list_events
from hub.record.clients import tokens
from hub.record.clients.registry import find
from tests.hub.cli.test_main import environment

__all__ = ["environment"]


@pytest.fixture
def key(environment, tmp_path):
    """Writes a new public key, or `content`, to a file; returns the path."""
    assert main(["init"]) == Exit.OK
    assert main(["organisation", "add", "ssiad", "--name", "Soins fictifs"]) == Exit.OK

    def key(kid, content=None):
        path = tmp_path / f"{kid}.jwk"
        path.write_text(json.dumps(content or strip_private_members(make_key(kid))))
        return str(path)

    return key


@pytest.fixture
def partner(capsys):
    """Runs a `partner` command: (exit code, output lines as JSON, codes of problems)."""

    def partner(*words):
        capsys.readouterr()
        code = main(["partner", *words, "--json"])
        output = capsys.readouterr()
        problems = [json.loads(line)["code"] for line in output.err.splitlines()]
        return code, [json.loads(line) for line in output.out.splitlines()], problems

    return partner


@pytest.fixture
def add(key, partner):
    """Runs `partner add` for `client`, with `words` after the required options."""

    def add(*words, client="ssiad", role="ssiad", file=""):
        options = ("--name", "Soins fictifs", "--party", "Organization/ssiad", "--role", role)
        file = file or key("k1")
        return partner(
            "add", client, *options, "--scope", "system/*.crus", "--source", "ccas-csv", "--key", file, *words
        )

    return add


def read_partner(client="ssiad"):
    with open_record() as store:
        return find(store, client)


def test_add_then_list(add, partner):
    assert add() == (Exit.OK, [{"code": "cli-partner-done", "client": "ssiad"}], [])
    code, [line], _ = partner("list")
    assert code == Exit.OK
    assert line == {
        "code": "cli-partner-is",
        "client": "ssiad",
        "name": "Soins fictifs",
        "party": "Organization/ssiad",
        "role": "ssiad",
        "scopes": "system/*.crus",
        "sources": "ccas-csv",
        "keys": "k1",
    }
    assert (read_partner().lenient_update, read_partner().can_introspect) == (False, False)


def test_switches_are_off_by_default(add):
    add("--lenient-update", "--introspect")
    assert (read_partner().lenient_update, read_partner().can_introspect) == (True, True)


def test_a_wrong_registration_is_refused(add, key):
    assert add(role="notaire")[::2] == (Exit.FAULT, ["client-role"])
    assert add(client="a b")[::2] == (Exit.FAULT, ["client-id"])
    assert add("--scope", "user/*.r")[::2] == (Exit.FAULT, ["scope-not-system"])
    assert add(file=key("burnt", make_key("burnt")))[::2] == (Exit.FAULT, ["key-private"])
    assert add(file=key("other", {"kty": "oct", "kid": "x"}))[::2] == (Exit.FAULT, ["key-kind"])
    assert read_partner() is None


def test_d1_what_the_hub_does_not_have_is_refused_by_name(key, capsys):
    """A partner whose organisation or source was absent was registered, and its first message died."""
    options = ("--name", "CHU", "--party", "Organization/chu", "--role", "hosp_clinicien", "--scope", "system/Bundle.c")
    for dry_run in ((), ("--dry-run",)):
        arguments = ("add", "chu", *options, "--source", "chu-hl7", "--source", "nowhere", "--key", key("k1"), *dry_run)
        capsys.readouterr()
        assert main(["partner", *arguments, "--json"]) == Exit.FAULT
        problems = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert [(problem["code"], problem["where"]) for problem in problems] == [
            ("client-party-unknown", "Organization/chu"),
            ("client-source-unknown", "nowhere"),
        ]
    assert read_partner("chu") is None


def test_each_act_on_a_partner_is_traced(add, partner, key):
    add()
    partner("rotate", "ssiad", "--key", key("k2"))
    partner("suspend", "ssiad")
    partner("resume", "ssiad")
    assert main(["key", "retire", "ssiad", "k1"]) == Exit.OK
    with open_record() as store, store.read() as connection:
        events = list_events(connection, "")
    assert [(event.act, event.party, event.role, event.why) for event in reversed(events)] == [
        ("organisation-added", "Organization/ssiad", "", ""),
        ("partner-added", "Organization/ssiad", "ssiad", "ssiad"),
        ("keys-added", "Organization/ssiad", "ssiad", "ssiad k2"),
        ("partner-suspended", "Organization/ssiad", "ssiad", "ssiad"),
        ("partner-resumed", "Organization/ssiad", "ssiad", "ssiad"),
        ("key-retired", "Organization/ssiad", "ssiad", "ssiad k1"),
    ]
    assert {event.agent.name.partition(":")[0] for event in events} == {"operator"}


@pytest.mark.parametrize("content", [b"-----BEGIN PUBLIC KEY-----", b"[]", b'{"keys": 5}', b'{"keys": [5]}', b"\xff"])
def test_a_file_without_a_key(add, tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    assert add(file=str(tmp_path / "file"))[::2] == (Exit.FAULT, ["key-file"])


def test_a_set_of_keys(add, key):
    assert (
        add(file=key("set", {"keys": [strip_private_members(make_key("a")), strip_private_members(make_key("b"))]}))[0]
        == Exit.OK
    )
    assert [key.kid for key in read_partner().keys] == ["a", "b"]


def test_a_client_is_registered_once(add):
    add()
    assert add()[::2] == (Exit.FAULT, ["client-known"])
    assert add("--dry-run")[::2] == (Exit.FAULT, ["client-known"])


def test_suspend_then_resume(add, partner):
    add()
    with open_record() as store:
        text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
        assert partner("suspend", "ssiad")[0] == Exit.OK
        assert tokens.token_actor(store, text) is None
    assert [line["code"] for line in partner("list")[1]] == ["cli-partner-suspended"]
    assert partner("resume", "ssiad")[0] == Exit.OK
    assert read_partner().active


def test_rotate_with_and_without_overlap(add, partner, key):
    add()
    assert partner("rotate", "ssiad", "--key", key("k2"))[0] == Exit.OK
    assert {key.kid for key in read_partner().keys} == {"k1", "k2"}
    assert partner("rotate", "ssiad", "--key", key("k3"), "--overlap", "0")[0] == Exit.OK
    assert {key.kid for key in read_partner().keys} == {"k3"}
    assert partner("rotate", "ssiad", "--key", key("k1"))[::2] == (Exit.FAULT, ["key-known"])
    assert partner("rotate", "ssiad", "--key", key("k4"), "--overlap", "-1")[0] == Exit.USAGE


def test_dry_runs_write_nothing(add, partner, key):
    assert add("--dry-run")[1] == [{"code": "cli-partner-would", "client": "ssiad"}]
    assert read_partner() is None
    add()
    before = read_partner()
    for words in (["suspend"], ["resume"], ["rotate", "--key", key("k2")]):
        code, [line], _ = partner(words[0], "ssiad", *words[1:], "--dry-run")
        assert (code, line["code"]) == (Exit.OK, "cli-partner-would")
    assert read_partner() == before


def test_an_unknown_client(partner, key):
    file = key("k1")
    for words in (["suspend"], ["resume"], ["rotate", "--key", file]):
        for more in ([], ["--dry-run"]):
            assert partner(words[0], "nobody", *words[1:], *more) == (Exit.FAULT, [], ["client-unknown"])
