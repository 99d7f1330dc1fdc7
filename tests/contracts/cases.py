"""The list of acceptance by its numbers (`docs/leaks.md`, L01 to L151): which test holds which case, and the fault that fails it.

A test says its numbers in its name (`test_L20_L21_…`), the fault by its mark, as it is named in `tests/mutants`:

    @leak(20, 21, kills="chains and _has go through hidden rows (L17, L18)")
    def test_L20_L21_a_chain_ends_where_it_is_hidden(worlds): ...

The tests are read, not run, so that `python -m tests.contracts.cases` lists them in a moment.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ALL = range(1, 152)
_TESTS = Path(__file__).parents[1]
# `test_L92_L96_…` and, beside the code, `test_ca_6_t09_l127_…`.
_NUMBER = re.compile(r"_[lL](\d{2,3})(?![0-9a-zA-Z])")


@dataclass(frozen=True)
class Case:
    """A test that holds cases of the list. `node`: how pytest names it. `kills`: the faults that make it fail. `numbers`: empty
    where the faults are no leaks."""

    node: str
    numbers: frozenset[int]
    kills: tuple[str, ...]


def leak(*numbers: int, kills: str) -> pytest.MarkDecorator:
    """Mark a test with the cases that it holds and the fault that makes it fail."""
    return pytest.mark.leak(*numbers, kills=kills)


@cache
def cases() -> tuple[Case, ...]:
    """Every test with a number of the list in its name or its mark, or with a fault in its mark."""
    found = (case for path in sorted(_TESTS.rglob("test_*.py")) for case in _cases_of(path))
    return tuple(case for case in found if case.numbers or case.kills)


def numbers_in(name: str) -> frozenset[int]:
    """The cases that the name of a test says."""
    return frozenset(int(number) for number in _NUMBER.findall(name))


def _cases_of(path: Path) -> Iterator[Case]:
    body = ast.parse(path.read_text("utf-8")).body
    named_faults = {found: text for one in body for found, text in _constant(one)}
    for one in body:
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
            marks = [mark for mark in one.decorator_list if _is_leak(mark)]
            named = numbers_in(one.name)
            marked = {number.value for mark in marks for number in mark.args}  # type: ignore[attr-defined]
            faults = [word.value for mark in marks for word in mark.keywords]  # type: ignore[attr-defined]
            kills = tuple(named_faults[one.id] if isinstance(one, ast.Name) else one.value for one in faults)
            yield Case(f"{path.relative_to(_TESTS.parent)}::{one.name}", named | marked, kills)


def _constant(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """(name, text) of a text that a module gives a name."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
        yield from ((one.id, statement.value.value) for one in statement.targets if isinstance(one, ast.Name))


def _is_leak(mark: ast.expr) -> bool:
    return isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "leak"


if __name__ == "__main__":
    for number in ALL:
        for case in cases():
            if number in case.numbers:
                print(f"L{number:02d} {case.node} {'; '.join(case.kills)}")
