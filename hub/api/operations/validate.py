"""`$validate`: https://hl7.org/fhir/R4/resource-operation-validate.html, on a type or on one resource.

What is sent is judged by itself: no reference is followed and the record is not opened (`docs/leaks.md` L83). What is named alone
is judged as its reader sees it, and is not found when it is hidden. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response

from hub.api.http.context import record
from hub.api.http.paths import check_type, make_reference
from hub.api.http.response import Answer, send
from hub.api.interactions.create import check_resource_type
from hub.api.interactions.update import check_identity
from hub.api.operations.validate_params import ValidateParams, asked
from hub.conformance import Finding, validate
from hub.domain.actor import Actor
from hub.domain.errors import Invalid, Problem
from hub.domain.messages import get_text
from hub.domain.roles import load_roles
from hub.fhir import dumps, loads
from hub.http.guards import token_required
from hub.record.repository.record import Record
from hub.slices import load_labels
from hub.task_machine import check_create

Json = dict[str, Any]

_WRITES = frozenset({"create", "update"})


@token_required
def validate_type_view(resource_type: str) -> Response:
    """POST of a resource, or of Parameters that hold it."""
    return send(validate_type(record(), check_type(resource_type), asked()))


@token_required
def validate_one_view(resource_type: str, resource_id: str) -> Response:
    """GET, or POST as of a type: then what is sent must bear the name in the URL."""
    return send(validate_one(record(), make_reference(resource_type, resource_id), asked()))


def validate_type(repository: Record, resource_type: str, wanted: ValidateParams) -> Answer:
    """What is said of the resource that `wanted` holds. Invalid `validate-resource` when there is none, `type-differs`."""
    if wanted.resource is None:
        raise Invalid("validate-resource")
    check_resource_type(resource_type, wanted.resource)
    return Answer(200, write_outcome(find_problems(wanted.resource, wanted, repository.actor)))


def validate_one(repository: Record, name: str, wanted: ValidateParams) -> Answer:
    """What is said of what was sent for `name`, else of the slice of `name`. NotFound and Refused as a read."""
    if wanted.mode == "create":
        raise Invalid("validate-mode", where="mode")
    if wanted.resource is not None:
        check_identity(name, wanted.resource)
        return Answer(200, write_outcome(find_problems(wanted.resource, wanted, repository.actor)))
    seen = loads(repository.read(name).body)
    found = (
        _to_delete(seen["resourceType"]) if wanted.mode == "delete" else find_problems(seen, wanted, repository.actor)
    )
    return Answer(200, write_outcome(found))


def find_problems(found: Json, wanted: ValidateParams, actor: Actor) -> Iterator[Finding]:
    """The problems of `found`; before a write also what the Task machine requires of a new one (`docs/loop.md` D6)."""
    to_write = wanted.mode in _WRITES
    profiles = [wanted.profile] if wanted.profile else []
    findings = validate(found, profiles, load_labels().extensions.keys(), to_write=to_write)
    yield from findings
    sound = not any(finding.severity == "error" for finding in findings)
    if wanted.mode == "create" and found["resourceType"] == "Task" and sound:
        try:
            check_create(found, party=actor.party, desk="desk" in load_roles()[actor.role].relations)
        except Invalid as error:
            yield from (Finding("error", "business-rule", problem) for problem in error.problems)


def write_outcome(findings: Iterable[Finding]) -> bytes:
    """The OperationOutcome that says them, or that there is none."""
    issues = [_issue(finding) for finding in findings]
    none = {"severity": "information", "code": "informational", "diagnostics": get_text("valid")}
    return dumps({"resourceType": "OperationOutcome", "issue": issues or [none]})


def _issue(finding: Finding) -> Json:
    issue: Json = {"severity": finding.severity, "code": finding.kind}
    if finding.words:
        issue["details"] = {"text": finding.words}
    return issue | {"diagnostics": get_text(finding.problem.code), "expression": [finding.problem.where]}


def _to_delete(resource_type: str) -> Iterator[Finding]:
    """A Subscription may be deleted by its owner, who alone sees it; nothing else is ever deleted."""
    if resource_type != "Subscription":
        yield Finding("error", "not-supported", Problem("not-offered", resource_type))
