"""The answer to the sender of a table: what became of each row, as JSON (`docs/contract.md` §5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from adapters.adapter import Result
from hub.domain.errors import Problem
from hub.domain.messages import get_text


def render_results(results: Iterable[Result], language: str = "fr") -> bytes:
    """Return the answer as JSON bytes. KeyError on a problem whose code is not in the catalogue."""
    return msgspec.json.encode({"rows": [_render_result(result, language) for result in results]})


def _render_result(result: Result, language: str) -> dict[str, Any]:
    return {
        "row": result.row,
        "status": result.status,
        "task": result.task or None,
        "errors": [
            *(_render_problem(problem, "error", language) for problem in result.problems),
            *(_render_problem(problem, "warning", language) for problem in result.warnings),
        ],
    }


def _render_problem(problem: Problem, severity: str, language: str) -> dict[str, str]:
    text = get_text(problem.code, language)
    return {"where": problem.where, "severity": severity, "code": problem.code, "text": text}
