"""A wrong `config/roles.toml` stops start-up, and every fault is reported with its place."""

from __future__ import annotations

import pytest

from hub.domain.config_pages import PageError, read_config
from hub.domain.roles import Cell, load_roles, read_roles
from hub.domain.sections import load_sections

PLACES = load_sections()

ROLE = """
[ccas]
title = "t"
describes = "d"
relations = ["circle"]
domains = ["sante"]
[ccas.sections]
autonomy = { level = "summary", shows = ["gir"] }
own_tasks = "write"
"""


def test_a_right_policy_starts() -> None:
    found = read_roles(ROLE, PLACES)["ccas"]
    assert found.cells["autonomy"] == Cell("summary", ("gir",))
    assert found.own_tasks == Cell("write")
    assert found.directory == Cell("none")


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (
            'level = "summary", shows = ["gir"]',
            'level = "summary"',
            r"sections\.autonomy: a summary names the extracts",
        ),
        ('level = "summary", shows = ["gir"]', 'level = "summary", shows = []', "a summary names the extracts"),
        ('level = "summary", shows = ["gir"]', 'level = "read", shows = ["gir"]', "a summary names the extracts"),
        ('shows = ["gir"]', 'shows = ["items"]', r"sections\.autonomy\.shows: unknown extract items"),
        ('shows = ["gir"]', 'shows = ["gir"], sees = 1', r"sections\.autonomy\.sees: unknown key"),
        ('shows = ["gir"]', 'shows = ["gir"], by_domain = "no"', r"sections\.autonomy\.by_domain: Not a valid boolean"),
        ('level = "summary"', 'level = "all"', r"sections\.autonomy\.level: unknown level all"),
        ('level = "summary", ', "", r"sections\.autonomy\.level: Missing data"),
        ("autonomy =", "autonomie =", r"sections\.autonomie: unknown section"),
        ('"circle"', '"cercle"', r"relations\.0: unknown relation cercle"),
        ('"sante"', '"medecine"', r"domains\.0: unknown domain medecine"),
        ('own_tasks = "write"', 'own_tasks = { level = "summary", shows = ["titles"] }', "unknown extract titles"),
        ('title = "t"', "title = 1", r"title: Not a valid string"),
        ('title = "t"', 'titel = "t"', r"title: Missing data.*titel: unknown key"),
    ],
)
def test_a_wrong_page_stops_start_up_and_names_the_place(right: str, wrong: str, fault: str) -> None:
    assert right in ROLE
    with pytest.raises(PageError, match=rf"^roles\.toml: ccas\..*{fault}"):
        read_roles(ROLE.replace(right, wrong), PLACES)


@pytest.mark.parametrize(("text", "fault"), [("", "no role"), ("x = 3", "x: Invalid input type"), ("[x", "Expected")])
def test_a_page_without_roles_or_that_is_no_toml_stops_start_up(text: str, fault: str) -> None:
    with pytest.raises(PageError, match=rf"^roles\.toml: {fault}"):
        read_roles(text, PLACES)


def test_every_fault_is_reported_at_once() -> None:
    text = ROLE.replace('"circle"', '"cercle"').replace('"sante"', '"medecine"')
    with pytest.raises(PageError, match=r"cercle.*medecine"):
        read_roles(text, PLACES)


def test_the_roles_of_the_hub_are_those_of_its_page() -> None:
    assert load_roles() == read_roles(read_config("roles.toml"), PLACES)
