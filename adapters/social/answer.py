"""What the sender of a table is told, row by row (`contract.md` §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hub.domain.errors import Problem
from hub.domain.messages import text


@dataclass(frozen=True)
class RowResult:
    """`status`: accepted, duplicate or refused. `task`: its reference (`Task/…`), "" when refused."""

    row: int
    status: str
    task: str = ""
    problems: tuple[Problem, ...] = ()


def answer_rows(results: Iterable[RowResult], language: str = "fr") -> dict[str, Any]:
    """The answer as JSON values. KeyError on a problem whose code is not in the catalogue."""
    return {"rows": [_row(result, language) for result in results]}


def _row(result: RowResult, language: str) -> dict[str, Any]:
    return {
        "row": result.row,
        "status": result.status,
        "task": result.task or None,
        "errors": [{"where": p.where, "code": p.code, "text": text(p.code, language)} for p in result.problems],
    }
