"""`hub source` and the rest of the first hours: what is missing before a referral can be received."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.sources import load
from hub.administration import sources
from hub.cli import main
from hub.cli.exits import Exit
from hub.domain.config_pages import CONFIG
from hub.intake import load_sources, preview
from tests.hub.cli.test_main import environment

__all__ = ["environment"]

CHU = (
    "--adapter",
    "hl7v2",
    "--title",
    "CHU : « demandes »",
    "--organisation",
    'CHU "Nord"',
    "--role",
    "hosp_clinicien",
)


@pytest.fixture
def hub(environment, capsys):
    """Runs a command: (exit code, output lines as JSON, (code, place) of problems)."""
    assert main(["init"]) == Exit.OK

    def hub(*words):
        capsys.readouterr()
        code = main([*words, "--json"])
        output = capsys.readouterr()
        problems = [json.loads(line) for line in output.err.splitlines()]
        results = [json.loads(line) for line in output.out.splitlines()]
        return code, results, [(problem["code"], problem["where"]) for problem in problems]

    return hub


@pytest.fixture
def page(monkeypatch, tmp_path):
    """A copy of the page of sources, to which commands add."""
    path = tmp_path / "sources.toml"
    path.write_text((CONFIG / "sources.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(sources, "get_page", lambda: path)
    return path


def test_a_source_is_added_at_the_end_and_nothing_else_changes(hub, page):
    before = page.read_text("utf-8")
    assert hub("source", "add", "nord", *CHU, "--dry-run")[1] == [{"code": "cli-source-would", "source": "nord"}]
    assert page.read_text("utf-8") == before
    assert hub("source", "add", "nord", *CHU)[1] == [{"code": "cli-source-done", "source": "nord"}]
    after = page.read_text("utf-8")
    assert after.startswith(before)
    source = load(after)["nord"]
    assert (source.title, source.organisation) == ("CHU : « demandes »", 'CHU "Nord"')


def test_a_source_like_another_takes_over_its_own_settings(hub, page):
    options = ("--adapter", "csv", "--title", "x", "--organisation", "CCAS", "--role", "ccas", "--like", "ccas-csv")
    assert hub("source", "add", "autre", *options)[0] == Exit.OK
    known = load(page.read_text("utf-8"))
    assert known["autre"].settings == known["ccas-csv"].settings
    assert known["autre"].organisation == "CCAS"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["Nord", *CHU], ("source-name", "Nord")),
        (["chu-hl7", *CHU], ("source-known", "chu-hl7")),
        (["nord", *CHU, "--like", "nowhere"], ("client-source-unknown", "nowhere")),
        (["nord", *CHU, "--adapter", "fax"], ("unknown-code", "sources.nord.adapter")),
        (["nord", *CHU, "--role", "notaire"], ("unknown-code", "sources.nord.role")),
        (["nord", *CHU, "--zone", "Mars"], ("unknown-code", "sources.nord.zone")),
        (["nord", *CHU, "--adapter", "csv"], ("required-missing", "sources.nord.columns.last_name")),
    ],
)
def test_a_wrong_source_is_refused_by_name(hub, page, words, problem):
    before = page.read_text("utf-8")
    code, _, problems = hub("source", "add", *words)
    assert (code, problem in problems) == (Exit.FAULT, True)
    assert page.read_text("utf-8") == before


def test_a_page_that_cannot_be_written(hub, page, monkeypatch):
    def refuse(*_words):
        raise PermissionError

    monkeypatch.setattr(sources, "_replace", refuse)
    assert hub("source", "add", "nord", *CHU)[::2] == (Exit.FAULT, [("cli-source-page", str(page))])


def test_d1_each_thing_that_is_missing_is_named_until_a_referral_can_be_received(hub, tmp_path):
    example = str(CONFIG / "demo" / "demande.hl7")
    assert hub("source", "test", "nowhere")[::2] == (Exit.USAGE, [("client-source-unknown", "nowhere")])
    assert hub("source", "test", "chu-hl7", example)[2] == [
        ("check-no-organisation", "hub organisation add"),
        ("check-no-desk", "hub user add --role guichet"),
        ("source-no-sender", "hub partner add --source chu-hl7"),
    ]
    for name in ("dac", "chu"):
        hub("organisation", "add", name, "--name", name)
    hub("user", "add", "desk@dac.example", "--name", "x", "--party", "Organization/dac", "--role", "guichet")
    assert hub("check")[2] == [("check-no-sender", "hub partner add --source")]
    assert [line["code"] for line in hub("source", "list")[1]] == ["cli-source-waits"] * 3
    key = str(tmp_path / "chu.jwk")
    hub("key", "new", "chu-1", "--file", key)
    options = ("--name", "CHU", "--party", "Organization/chu", "--role", "hosp_clinicien", "--scope", "system/Bundle.c")
    hub("partner", "add", "chu", *options, "--source", "chu-hl7", "--key", f"{key}.pub")
    code, [line], problems = hub("check")
    assert (code, line["code"], problems) == (Exit.OK, "check-ready", [])
    states = {line["source"]: (line["code"], line["clients"]) for line in hub("source", "list")[1]}
    assert states["chu-hl7"] == ("cli-source-is", "chu")
    assert hub("source", "test", "chu-hl7", example)[1] == [{"code": "cli-source-ready", "source": "chu-hl7"}]
    assert [problem.code for problem in preview(load_sources()["chu-hl7"], Path(example).read_bytes(), demo=False)] == [
        "ins-test"
    ]
    (tmp_path / "no.hl7").write_bytes(b"hello")
    assert hub("source", "test", "chu-hl7", str(tmp_path / "no.hl7"))[2][0][0] == "malformed"


def test_an_assertion_is_signed_for_the_token_endpoint_of_this_hub(hub, tmp_path, capsys):
    key = tmp_path / "chu.jwk"
    hub("key", "new", "chu-1", "--file", str(key))
    assert main(["key", "assertion", "chu", "--file", str(key)]) == Exit.OK
    assert capsys.readouterr().out.count(".") == 2
    assert hub("key", "assertion", "chu", "--file", f"{key}.pub")[::2] == (
        Exit.FAULT,
        [("cli-key-private", f"{key}.pub")],
    )
