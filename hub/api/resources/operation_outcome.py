"""The errors of `hub.domain.errors` as HTTP statuses and OperationOutcomes.

https://hl7.org/fhir/R4/http.html#status and #create; RFC 6585 for 428 and 429, RFC 6750 for 401 and 403. A body has texts of
`hub.domain.messages` and places; NotFound and Refused have one body each, whatever the cause (`docs/leaks.md` B0, NF and DENY).
"""

from __future__ import annotations

from typing import Any

from hub.api.http.response import Answer
from hub.domain.errors import Conflict, HubError, Invalid, Malformed, NotFound, Problem, Refused
from hub.domain.messages import get_text
from hub.fhir import dumps
from hub.http.bearer import CHALLENGE_INSUFFICIENT_SCOPE, Unauthenticated
from hub.http.rate_limit import RateExceeded

# Error → (status, code of https://hl7.org/fhir/R4/valueset-issue-type.html).
_BY_ERROR: dict[type[HubError], tuple[int, str]] = {
    Malformed: (400, "structure"),
    Invalid: (422, "invalid"),
    NotFound: (404, "not-found"),
    Refused: (403, "forbidden"),
    Conflict: (412, "conflict"),
}
# Codes of problems that are not about the content of a resource.
_BY_CODE: dict[str, tuple[int, str]] = {
    "batch-too-large": (413, "too-costly"),
    "chain-too-long": (400, "not-supported"),
    "condition-empty": (400, "invalid"),
    "condition-several": (412, "multiple-matches"),
    "condition-with-id": (400, "invalid"),
    "conditions-too-many": (422, "too-costly"),
    "entry-url-foreign": (400, "invalid"),
    "export-async": (400, "required"),
    "http-media-type": (415, "not-supported"),
    "http-method": (405, "not-supported"),
    "http-not-acceptable": (406, "not-supported"),
    "id-differs": (400, "invalid"),
    "if-match-malformed": (400, "invalid"),
    "if-match-required": (428, "required"),
    "json-too-large": (413, "too-long"),
    "modifier-unknown": (400, "not-supported"),
    "patch-malformed": (400, "structure"),
    "patch-path": (422, "not-supported"),
    "patch-too-long": (422, "too-costly"),
    "parameters-expected": (400, "structure"),
    "search-too-costly": (422, "too-costly"),
    "type-differs": (400, "invalid"),
    "validate-mode": (400, "invalid"),
    "validate-resource": (400, "required"),
}
_PARAMETER = (400, "not-supported")
_AUTHENTICATION = (401, "login")
# Problems whose place is in the request and not in a resource: `http.` goes before it (OperationOutcome.issue.location).
_OF_REQUEST = ("http-", "if-match-", "parameter-", "modifier-", "chain-")


def answer_error(error: HubError) -> Answer:
    """Return the answer to a request that `error` refuses."""
    if isinstance(error, Unauthenticated):
        return Answer(
            401, _write_outcome(_AUTHENTICATION[1], (Problem(error.problems[0].code),)), challenge=error.challenge
        )
    if isinstance(error, RateExceeded):
        return Answer(429, _RATE_EXCEEDED, headers=(("Retry-After", str(error.retry_after)),))
    if isinstance(error, NotFound):
        return Answer(404, NOT_FOUND)
    if isinstance(error, Refused):
        by_scope = error.problems[0].code == "scope-insufficient"
        return Answer(403, DENIED, challenge=CHALLENGE_INSUFFICIENT_SCOPE if by_scope else "")
    status, issue_type = _get_status(error, error.problems[0])
    return Answer(status, _write_outcome(issue_type, error.problems))


def _get_status(error: HubError, problem: Problem) -> tuple[int, str]:
    if problem.code.startswith("parameter-"):
        return _PARAMETER
    return _BY_CODE.get(problem.code) or next(_BY_ERROR[kind] for kind in type(error).__mro__ if kind in _BY_ERROR)


def _write_outcome(issue_type: str, problems: tuple[Problem, ...], severity: str = "error") -> bytes:
    issues = [_write_issue(severity, issue_type, problem) for problem in problems]
    return dumps({"resourceType": "OperationOutcome", "issue": issues})


def _write_issue(severity: str, issue_type: str, problem: Problem) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": issue_type, "diagnostics": get_text(problem.code)}
    if problem.where:
        # In a Bundle the place is that of the entry.
        of_request = problem.code.startswith(_OF_REQUEST) and not problem.where.startswith("Bundle.")
        issue["expression"] = [f"http.{problem.where}" if of_request else problem.where]
    return issue


NOT_FOUND = _write_outcome("not-found", (Problem("not-found"),))
_RATE_EXCEEDED = _write_outcome("throttled", (Problem("rate-exceeded"),))
DENIED = _write_outcome("forbidden", (Problem("refused"),))
CUT = _write_outcome("too-costly", (Problem("includes-cut"),), "warning")
STORED = _write_outcome("informational", (Problem("stored"),), "information")
RESENT = _write_outcome("informational", (Problem("resent"),), "information")
