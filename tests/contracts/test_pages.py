"""The tables of `docs/` list what there is: settings, commands, targets, clients, roles, columns, kinds of service."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from adapters.social.columns import COLUMNS
from hub.cli import COMMANDS
from hub.domain.resource_types import RESOURCE_TYPES
from hub.mapping.context import DUE_HOURS
from hub.settings.environment import NAMES

ROOT = Path(__file__).parents[2]


def section(page: str, number: str) -> str:
    """The text of section `number` (or of that title) of a page, up to the next heading of any level."""
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    found = re.search(rf"^#+ {re.escape(number)}\.?\s.*?(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, (page, number)
    return found[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table in `text`."""
    lines = [line.strip("|") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)] for line in lines]


def names(cells: list[str]) -> set[str]:
    """What stands in backticks in `cells`."""
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def config(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "config" / name).read_text("utf-8"))


def test_every_setting_is_in_the_contract() -> None:
    listed = names([row[0] for row in rows(section("contract", "2"))])
    for_tests = {
        "HUB_TEST_POSTGRES_URL",
        "HUB_REQUIRE",
        "HUB_WORLDS",
        "HUB_WORLDS_FROM",
        "HUB_WORLDS_DATABASE",
        "HUB_LOOKS",
    }
    assert listed == {*NAMES, *for_tests}


def test_every_command_is_in_the_contract() -> None:
    listed = {re.split(r"\W", name)[0] for name in names([row[0] for row in rows(section("contract", "3"))])}
    assert listed == {command.name for command in COMMANDS}


def test_every_target_is_in_the_contract() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)) - {"help"}
    assert {name.split()[1] for name in names([row[0] for row in rows(section("contract", "1"))])} == targets


def test_the_demo_territory_is_the_one_of_the_contract() -> None:
    listed = {(row[0], tuple(sorted(names([row[3]]).pop().split()))) for row in rows(section("contract", "6"))[1:]}
    clients = config("demo/territory.toml")["client"]
    assert listed == {(f"`{client['id']}`", tuple(sorted(client["scopes"]))) for client in clients}


def test_every_role_and_its_ties_are_in_the_domain() -> None:
    ties: dict[str, set[str]] = {}
    for cells in rows(section("domain", "3")):
        if len(cells) == 3:
            ties |= {name: set(re.split(r", ", cells[2])) for name in re.split(r", ", cells[0])}
    for name, role in config("roles.toml").items():
        assert ties[name] == (set(role["relations"]) or {"none: stakes only"}), name


def test_every_type_has_a_line_in_the_page_of_parts() -> None:
    listed = [name for row in rows(section("parts", "Which type, which section"))[1:] for name in row[0].split(", ")]
    assert sorted(listed) == sorted(RESOURCE_TYPES)


def test_the_projections_are_those_of_the_policy() -> None:
    listed = {
        cells[0].strip("`"): set(re.findall(r"[a-z]+_[a-z]+|[a-z]+", re.sub(r"\(.*?\)", "", cells[2])))
        for cells in rows(section("domain", "3"))
        if re.fullmatch(r"`[a-z-]+\.[a-z]+`", cells[0])
    }
    shown: dict[str, set[str]] = {}
    for name, role in config("roles.toml").items():
        for kind, cell in role["sections"].items():
            if isinstance(cell, dict) and cell["level"] == "summary":
                for extract in cell["shows"]:
                    shown.setdefault(f"{kind}.{extract}", set()).add(name)
    assert listed == shown


def test_the_kinds_of_psychiatric_service_are_those_of_the_labels() -> None:
    listed = names([cell for row in rows(section("domain", "1.10")) for cell in row])
    assert listed == {code for rule in config("labels.toml")["reveals"] for code in rule["codes"]}


def test_the_delays_are_those_of_the_mapping() -> None:
    priorities, hours = (row[1:] for row in rows(section("domain", "2.3")))
    assert dict(zip(priorities, map(int, hours), strict=True)) == DUE_HOURS


def test_every_column_of_a_table_of_demands_is_in_the_page_of_mappings() -> None:
    listed = names([row[0] for row in rows(section("inbound", "4"))])
    spelled = {name for name in listed if name in COLUMNS} | {f"address_{number}" for number in range(1, 6)}
    assert spelled == set(COLUMNS)
