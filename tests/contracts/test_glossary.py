"""One word for one thing: `docs/glossary.md` names what is in the code, and no second name is used for it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("hub", "adapters")
HEADER = "| term | on screen | meaning | code | never |"
ONE_OR_TWO_SENTENCES = re.compile(r"[^.]+\.( [^.]+\.)?")
NAME = re.compile(r"`([^`]+)`")
DOTTED = re.compile(r"`((?:hub|adapters|fhir_profiles|tests)(?:\.\w+)+)`")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


@dataclass(frozen=True)
class Term:
    """One row. `code`: dotted names, of a module or of something in it; `never`: second names, as they would be written."""

    term: str
    french: str
    meaning: str
    code: tuple[str, ...]
    never: tuple[str, ...]


def read_terms(text: str) -> list[Term]:
    """The rows of the table of a glossary. ValueError at a row that has not the cells of `HEADER`."""
    lines = iter(text.partition(HEADER)[2].splitlines()[2:])
    return [_read_row(line) for line in iter(lambda: next(lines, ""), "")]


def _read_row(line: str) -> Term:
    term, french, meaning, code, never = (cell.strip() for cell in line.strip().strip("|").split("|"))
    return Term(term, french, meaning, tuple(NAME.findall(code)), tuple(NAME.findall(never)))


TERMS = read_terms((ROOT / "docs" / "glossary.md").read_text("utf-8"))


def find_object(name: str) -> Any:
    """What the dotted `name` stands for. LookupError when it is not there."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[count:]:
            found = _attribute(found, attribute)
        return found
    raise LookupError(name)


def _attribute(holder: Any, name: str) -> Any:
    fields = getattr(holder, "__dataclass_fields__", {})
    if name in fields:
        return fields[name]
    try:
        return getattr(holder, name)
    except AttributeError:
        raise LookupError(name) from None


@cache
def names_in_use() -> dict[str, str]:
    """Every identifier of `FOLDERS`, and every docstring, with a file that has it."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            for text in _texts(ast.parse(path.read_text("utf-8"))):
                found.setdefault(text, where)
    return found


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name, asname=asname):
                yield from (*name.split("."), asname or "")
            case ast.Module() | ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield getattr(node, "name", "")
                yield ast.get_docstring(node) or ""


def find_uses(word: str) -> list[str]:
    """Where `word` is used by itself, or between underscores in a longer identifier."""
    whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])")
    return sorted({where for text, where in names_in_use().items() if whole.search(text)})


def test_the_glossary_is_a_list_to_look_things_up_in() -> None:
    terms = [term.term for term in TERMS]
    assert len(terms) >= 30
    assert terms == sorted(terms, key=str.casefold)
    assert len(set(terms)) == len(terms)
    meanings = {term.term: NAME.sub("x", term.meaning) for term in TERMS}
    assert [term for term, meaning in meanings.items() if not ONE_OR_TWO_SENTENCES.fullmatch(meaning)] == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_term_is_in_the_code(term: Term) -> None:
    assert term.code
    for name in term.code:
        find_object(name)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_no_second_name_is_used_for_it(term: Term) -> None:
    assert {name: uses for name in term.never if (uses := find_uses(name))} == {}


def test_no_second_name_is_a_term() -> None:
    assert not {name for term in TERMS for name in term.never} & {term.term for term in TERMS}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_names_code_that_is_there(path: Path) -> None:
    for name in DOTTED.findall(path.read_text("utf-8")):
        find_object(name)


@pytest.mark.parametrize(
    "name", ["hub.nowhere", "hub.domain.referral.message.Ticket", "hub.domain.referral.message.Referral.cause"]
)
def test_a_name_that_is_not_there_is_found_out(name: str) -> None:
    with pytest.raises(LookupError):
        find_object(name)


def test_a_second_name_is_found_in_identifiers_and_docstrings() -> None:
    assert find_uses("Referral") and find_uses("referral")
    assert find_uses("French")
    assert find_uses("a_name_that_nobody_uses") == []
