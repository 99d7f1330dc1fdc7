"""The answer to a FHIR sender: an OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hub.domain.errors import Problem
from hub.domain.messages import get_text

# Code of the catalogue → issue-type; any other code is `business-rule`.
_ISSUE_TYPES = {
    "required-missing": "required",
    "wrong-type": "structure",
    "unknown-code": "code-invalid",
    "bad-date": "value",
    "implausible-date": "value",
    "json-too-many-parts": "too-long",
    "unread": "not-supported",
    "kept-in-message": "informational",
    "bad-attachment": "value",
    "control-character": "value",
    "json-number": "value",
    "json-too-large": "too-long",
    "unresolved-reference": "not-found",
    "duplicate-entry": "duplicate",
    "several-requests": "multiple-matches",
    "unsupported-resource": "not-supported",
    "unsupported-bundle-type": "not-supported",
    "unsupported-method": "not-supported",
    "unknown-modifier": "extension",
}


def render_outcome(result: str | Sequence[Problem], language: str = "en", *, warnings: Sequence[Problem] = ()) -> bytes:
    """Return the OperationOutcome as JSON bytes. `result`: the reference of the Task (`Task/1`) when the referral was
    received, else the problems, which give one issue each; `warnings`: what was not read of a referral that was received.
    KeyError on a problem whose code is not in the catalogue."""
    if isinstance(result, str):
        issues = [_render_receipt(result, language), *(_render_issue(p, language, "warning") for p in warnings)]
    else:
        issues = [_render_issue(problem, language) for problem in result]
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": issues})


def _render_receipt(task: str, language: str) -> dict[str, Any]:
    return {
        "severity": "information",
        "code": "informational",
        "details": {"text": get_text("referral-received", language)},
        "diagnostics": task,
    }


def _render_issue(problem: Problem, language: str, severity: str = "error") -> dict[str, Any]:
    kind = "structure" if problem.code.startswith("json-") else "business-rule"
    issue: dict[str, Any] = {
        "severity": severity,
        "code": _ISSUE_TYPES.get(problem.code, kind),
        "details": {"coding": [{"code": problem.code}], "text": get_text(problem.code, language)},
    }
    if problem.where:
        issue["expression"] = [problem.where]
    return issue
