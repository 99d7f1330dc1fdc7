"""Each requirement of sign-in and each attack case of `docs/security.md` §2, §5.5 that is built is in the name of a test.

A name has an id in lower case, with `_` for `-`, between underscores: `test_se_3_w03_a_post_from_elsewhere_is_refused`.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_HEADING = re.compile(r"^### (?P<id>[A-Z]{2}-\d|[A-Z]{1,2}\d\d)\. ", re.MULTILINE)
NOT_BUILT = "not built yet"


def read_entries(first: str, following: str) -> dict[str, str]:
    """Id → text of the entries of the page from the heading `first` to the heading `following`, which are section numbers."""
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    text = page.partition(f"\n## {first} ")[2].partition(f"\n## {following} ")[0]
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return {heading["id"]: text[heading.end() : end] for heading, end in zip(headings, ends, strict=True)}


def is_built(text: str) -> bool:
    """Whether an entry names a file that keeps it, or says nothing of not being built. Its parts may be missing."""
    return "`tests/" in text or NOT_BUILT not in text.lower()


@cache
def read_test_names() -> tuple[str, ...]:
    """The names of all test functions."""
    paths = (path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "node_modules" not in path.parts)
    return tuple(
        node.name
        for path in paths
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def has_id(name: str, entry: str) -> bool:
    """Whether the name of a test has the id `entry`."""
    return f"_{entry.lower().replace('-', '_')}_" in name


SIGN_IN, ATTACKS = read_entries("2.", "3."), read_entries("5.5", "5.6")


def test_the_page_is_read_whole() -> None:
    assert {entry.partition("-")[0] for entry in SIGN_IN} == {"LG", "LA", "SE"}
    assert len(SIGN_IN) == 3 + 8 + 8
    assert len(ATTACKS) == 40 + 33 + 20 + 7 + 8 + 10 + 10 + 4


@pytest.mark.parametrize("entry", SIGN_IN)
def test_a_requirement_of_sign_in_is_built_and_shown(entry: str) -> None:
    assert is_built(SIGN_IN[entry])
    assert any(has_id(name, entry) for name in read_test_names())


@pytest.mark.parametrize("entry", [entry for entry, text in ATTACKS.items() if is_built(text)])
def test_an_attack_is_shown(entry: str) -> None:
    assert any(has_id(name, entry) for name in read_test_names())


@pytest.mark.parametrize("entry", [entry for entry, text in ATTACKS.items() if not is_built(text)])
def test_what_is_not_built_is_shown_by_no_test(entry: str) -> None:
    """Else the page is behind the code."""
    assert [name for name in read_test_names() if has_id(name, entry)] == []


def test_an_id_is_not_part_of_another() -> None:
    assert has_id("test_se_3_w03_a_post", "SE-3") and has_id("test_se_3_w03_a_post", "W03")
    assert not has_id("test_se_33_a_post", "SE-3") and not has_id("test_d03_a_post", "D0")
