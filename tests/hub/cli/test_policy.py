"""`hub policy`: what a role may do and why, versions, what a change does, and the act that applies it."""

from __future__ import annotations

import json

import pytest

from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.record import open_record
from hub.domain import roles
from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from hub.record.maintenance import policy
from hub.record.maintenance.policy import list_versions
from tests.hub.cli.test_main import environment
from tests.territory import settle_territory

__all__ = ["environment"]


@pytest.fixture
def hub(environment, capsys):
    """Runs a command: (exit code, output lines as JSON, (code, place) of problems)."""
    assert main(["init"]) == Exit.OK

    def hub(*words):
        capsys.readouterr()
        code = main(["policy", *words, "--json"])
        output = capsys.readouterr()
        problems = [json.loads(line) for line in output.err.splitlines()]
        results = [json.loads(line) for line in output.out.splitlines()]
        return code, results, [(problem["code"], problem["where"]) for problem in problems]

    return hub


@pytest.fixture
def change(monkeypatch):
    """Changes a page of the policy as the next start of the hub would read it."""

    def change(before, after):
        text = roles.read_config("roles.toml").replace(before, after, 1)
        assert text != roles.read_config("roles.toml")
        pages = {"roles.toml": text, "sections.toml": roles.read_config("sections.toml")}
        parsed = roles.read_roles(text, load_sections())
        for module in (policy, roles):
            monkeypatch.setattr(module, "read_config", pages.__getitem__)
        for place in (policy, "hub.record.access.grants", roles):
            name = place if isinstance(place, str) else place.__name__
            monkeypatch.setattr(f"{name}.load_roles", lambda: parsed)
        policy._read_pages.cache_clear()

    yield change
    policy._read_pages.cache_clear()


def test_d4_a_tie_that_does_not_exist_is_refused(hub):
    """It answered that the role sees nothing, with exit code 0."""
    assert hub("explain", "--role", "ssiad", "--tie", "member") == (Exit.USAGE, [], [("cli-policy-tie", "member")])
    assert hub("explain", "--role", "ssiad", "--section", "soul")[::2] == (Exit.USAGE, [("cli-policy-section", "soul")])
    assert hub("explain", "--role", "notaire", "--tie", "circle")[::2] == (Exit.USAGE, [("cli-policy-role", "--role")])
    assert hub("explain", "--role", "ssiad")[::2] == (Exit.USAGE, [("cli-usage-missing", "--tie")])
    code, lines, problems = hub("explain", "--role", "ssiad", "--tie", "circle")
    assert (code, len(lines), problems) == (Exit.OK, 3, [])


def test_a_cell_is_explained_with_each_of_its_conditions(hub):
    code, lines, _ = hub("explain", "--role", "gestionnaire", "--section", "psychiatric")
    assert code == Exit.OK
    assert [line["code"] for line in lines] == [
        "cli-level-read", "cli-policy-ties", "cli-policy-needs-consent", "cli-policy-stake",
    ]  # fmt: skip
    assert lines[1]["places"] == "circle, desk"
    summary = hub("explain", "--role", "guichet", "--section", "medical")[1]
    assert [line["code"] for line in summary][:2] == ["cli-level-summary", "cli-policy-extracts"]
    assert [line["code"] for line in hub("explain", "--role", "guichet", "--section", "goals")[1]] == ["cli-level-none"]


def test_a_new_record_has_the_first_version_and_nothing_to_apply(hub):
    _, [line], _ = hub("versions")
    assert (line["code"], line["number"], line["name"]) == ("cli-policy-version", 1, "")
    assert hub("diff")[1] == [{"code": "cli-policy-same"}]
    assert hub("diff", "--from", "7")[::2] == (Exit.USAGE, [("cli-policy-no-version", "--from")])
    assert hub("diff", "--to", "7")[::2] == (Exit.USAGE, [("cli-policy-no-version", "--to")])
    assert hub("apply")[0] == Exit.OK
    assert len(hub("versions")[1]) == 1


def test_a_change_is_said_before_it_holds_then_applied_and_kept(hub, change, capsys):
    with open_record() as store:
        here = settle_territory(store)
        here.join_circle("ssiad", "saad")
    change('[saad.sections]\nidentity = { level = "summary", shows = ["usual"] }', '[saad.sections]\nidentity = "read"')
    assert main(["check", "--json"]) == Exit.NOT_READY
    assert "ready-policy" in capsys.readouterr().err
    _, lines, _ = hub("diff")
    assert lines == [
        {
            "code": "cli-policy-gains", "role": "saad", "section": "identity", "before": "summary", "after": "read",
            "organisations": 1, "concerned": 1,
        }
    ]  # fmt: skip
    assert hub("apply", "--dry-run")[1][-1] == {"code": "cli-policy-would"}
    code, lines, problems = hub("apply")
    assert (code, lines[-1]["code"], lines[-1]["persons"], problems) == (Exit.OK, "cli-policy-applied", 1, [])
    assert lines[-1]["changed"] > 0
    assert [line["number"] for line in hub("versions")[1]] == [2, 1]
    assert hub("diff", "--from", "1", "--to", "2")[1][0]["code"] == "cli-policy-gains"
    assert hub("diff", "--from", "2", "--to", "1")[1][0]["code"] == "cli-policy-loses"
    with open_record() as store:
        assert "birthDate" in here.open("saad").read("Patient/jeanne").body.decode()
        assert list_versions(store)[0].by.startswith("operator:")


@pytest.mark.parametrize(
    ("dropped", "problem"),
    [
        ({"admin_sys"}, ("policy-no-administrator", "admin_sys")),
        ({"saad", "ssiad"}, ("policy-role-in-use", "saad, ssiad")),
    ],
)
def test_a_policy_without_an_administrator_or_a_role_in_use_is_not_applied(hub, monkeypatch, dropped, problem):
    with open_record() as store:
        settle_territory(store)
    known = {name: role for name, role in load_roles().items() if name not in dropped}
    monkeypatch.setattr(policy, "load_roles", lambda: known)
    assert hub("apply", "--dry-run")[::2] == (Exit.FAULT, [problem])
    assert hub("apply")[::2] == (Exit.FAULT, [problem])
    assert len(hub("versions")[1]) == 1
