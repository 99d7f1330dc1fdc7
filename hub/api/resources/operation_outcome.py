"""The five errors of `hub.domain.errors` as HTTP status and OperationOutcome: the one table of this exit.

https://hl7.org/fhir/R4/http.html#status and #create; RFC 6585 for 428, RFC 6750 for 401 and 403. Bodies are made of
the catalogue's sentences and of places; NotFound and Refused have one body each, whatever the cause
(`docs/leaks.md` B0, NF and DENY).
"""

from __future__ import annotations

from typing import Any

from hub.api.http.response import Answer
from hub.domain.errors import Conflict, HubError, Invalid, Malformed, NotFound, Problem, Refused
from hub.domain.messages import get_text
from hub.fhir import dumps
from hub.http.bearer import CHALLENGE_INSUFFICIENT_SCOPE, Unauthenticated

# Error → (status, IssueType of R4).
_KINDS: dict[type[HubError], tuple[int, str]] = {
    Malformed: (400, "structure"),
    Invalid: (422, "invalid"),
    NotFound: (404, "not-found"),
    Refused: (403, "forbidden"),
    Conflict: (412, "conflict"),
}
# What of Invalid is not about the content of a resource.
_CODES: dict[str, tuple[int, str]] = {
    "batch-too-large": (413, "too-costly"),
    "chain-too-long": (400, "not-supported"),
    "condition-empty": (400, "invalid"),
    "condition-several": (412, "multiple-matches"),
    "condition-with-id": (400, "invalid"),
    "conditions-too-many": (422, "too-costly"),
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
# Places that are of the request and not of a resource: `http.` before the name (R4, OperationOutcome.issue.location).
_OF_REQUEST = ("http-", "if-match-", "parameter-", "modifier-", "chain-")


def answer_error(error: HubError) -> Answer:
    """The answer for `error`."""
    if isinstance(error, Unauthenticated):
        return Answer(401, _body(_AUTHENTICATION[1], (Problem(error.problems[0].code),)), challenge=error.challenge)
    if isinstance(error, NotFound):
        return Answer(404, NOT_FOUND)
    if isinstance(error, Refused):
        by_scope = error.problems[0].code == "scope-insufficient"
        return Answer(403, DENIED, challenge=CHALLENGE_INSUFFICIENT_SCOPE if by_scope else "")
    status, kind = _kind(error, error.problems[0])
    return Answer(status, _body(kind, error.problems))


def _kind(error: HubError, problem: Problem) -> tuple[int, str]:
    if problem.code.startswith("parameter-"):
        return _PARAMETER
    return _CODES.get(problem.code) or next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)


def _body(kind: str, problems: tuple[Problem, ...], severity: str = "error") -> bytes:
    return dumps({"resourceType": "OperationOutcome", "issue": [_issue(severity, kind, found) for found in problems]})


def _issue(severity: str, kind: str, problem: Problem) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": kind, "diagnostics": get_text(problem.code)}
    if problem.where:
        # In a Bundle the place says which entry it was.
        of_request = problem.code.startswith(_OF_REQUEST) and not problem.where.startswith("Bundle.")
        issue["expression"] = [f"http.{problem.where}" if of_request else problem.where]
    return issue


NOT_FOUND = _body("not-found", (Problem("not-found"),))
DENIED = _body("forbidden", (Problem("refused"),))
CUT = _body("too-costly", (Problem("includes-cut"),), "warning")
STORED = _body("informational", (Problem("stored"),), "information")
RESENT = _body("informational", (Problem("resent"),), "information")
