"""What a FHIR sender is told: an OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hub.domain.errors import Problem
from hub.domain.messages import text

# Our word → the issue-type that says the same; any other is a business rule's refusal.
_ISSUE_TYPES = {
    "required-missing": "required",
    "wrong-type": "structure",
    "unknown-code": "code-invalid",
    "bad-date": "value",
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


def answer(result: str | Sequence[Problem], language: str = "en") -> bytes:
    """The OperationOutcome as JSON bytes: for a Task's reference (`Task/1`) that the referral was received, for
    problems one issue each with its place. KeyError on a problem whose code is not in the catalogue."""
    issues = [_received(result, language)] if isinstance(result, str) else [_issue(p, language) for p in result]
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": issues})


def _received(task: str, language: str) -> dict[str, Any]:
    return {
        "severity": "information",
        "code": "informational",
        "details": {"text": text("referral-received", language)},
        "diagnostics": task,
    }


def _issue(problem: Problem, language: str) -> dict[str, Any]:
    kind = "structure" if problem.code.startswith("json-") else "business-rule"
    issue: dict[str, Any] = {
        "severity": "error",
        "code": _ISSUE_TYPES.get(problem.code, kind),
        "details": {"coding": [{"code": problem.code}], "text": text(problem.code, language)},
    }
    if problem.where:
        issue["expression"] = [problem.where]
    return issue
