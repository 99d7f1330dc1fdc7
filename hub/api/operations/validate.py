"""`$validate`: https://hl7.org/fhir/R4/resource-operation-validate.html, on a type or on one resource.

A resource in the body is validated by itself: no reference is resolved and the record is not read (`docs/leaks.md` L83). One
that is only named is validated as its reader sees it, and not found when it is hidden. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hub.api.http.paths import check_type, make_reference
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import EVERY_TYPE, Endpoint, Operation
from hub.api.interactions.update import check_identity
from hub.api.interactions.write import check_resource_type
from hub.api.operations.validate_params import ValidateParams, read_validate_params
from hub.conformance import Finding, validate
from hub.domain.actor import Actor
from hub.domain.errors import Invalid, Problem
from hub.domain.messages import get_text
from hub.domain.roles import load_roles
from hub.fhir import dumps, loads
from hub.slices import load_labels
from hub.task_machine import check_create, fill_in

Json = dict[str, Any]

_WRITES = frozenset({"create", "update"})
# What the hub would fill in as the time at which a Task was asked for: no rule looks at it.
_ANY_MOMENT = "1970-01-01T00:00:00Z"


def validate_for_type(request: ApiRequest) -> Answer:
    """Return the problems of the resource in the body. Raises Invalid `validate-resource` when there is none, `type-differs`."""
    resource_type = check_type(request.params["resource_type"])
    params = read_validate_params(request)
    if params.resource is None:
        raise Invalid("validate-resource")
    check_resource_type(resource_type, params.resource)
    return Answer(200, write_outcome(find_problems(params.resource, params, request.actor)))


def validate_for_instance(request: ApiRequest) -> Answer:
    """Return the problems of the resource in the body, which must have the name in the URL, else of the slice of that name.

    Raises NotFound and Refused as a read."""
    name = make_reference(request.params["resource_type"], request.params["resource_id"])
    params = read_validate_params(request)
    if params.mode == "create":
        raise Invalid("validate-mode", where="mode")
    if params.resource is not None:
        check_identity(name, params.resource)
        return Answer(200, write_outcome(find_problems(params.resource, params, request.actor)))
    resource = loads(request.repository.read(name).body)
    is_deletion = params.mode == "delete"
    findings = _check_delete(resource) if is_deletion else find_problems(resource, params, request.actor)
    return Answer(200, write_outcome(findings))


def find_problems(resource: Json, params: ValidateParams, actor: Actor) -> Iterator[Finding]:
    """Yield the problems of `resource`; before a create also what the Task machine requires of a new one (`docs/loop.md` D6)."""
    profiles = [params.profile] if params.profile else []
    findings = validate(resource, profiles, load_labels().extensions.keys(), to_write=params.mode in _WRITES)
    yield from findings
    is_valid = not any(finding.severity == "error" for finding in findings)
    if params.mode == "create" and resource["resourceType"] == "Task" and is_valid:
        try:
            filled = fill_in(resource, party=actor.party, now=_ANY_MOMENT)
            check_create(filled, party=actor.party, desk=load_roles()[actor.role].is_desk)
        except Invalid as error:
            yield from (Finding("error", "business-rule", problem) for problem in error.problems)


def write_outcome(findings: Iterable[Finding]) -> bytes:
    """Return the OperationOutcome with an issue for each finding, or with one that says that there is none."""
    issues = [_write_issue(finding) for finding in findings]
    valid = {"severity": "information", "code": "informational", "diagnostics": get_text("valid")}
    return dumps({"resourceType": "OperationOutcome", "issue": issues or [valid]})


def _write_issue(finding: Finding) -> Json:
    issue: Json = {"severity": finding.severity, "code": finding.kind}
    if finding.words:
        issue["details"] = {"text": finding.words}
    return issue | {"diagnostics": get_text(finding.problem.code), "expression": [finding.problem.where]}


def _check_delete(resource: Json) -> Iterator[Finding]:
    """Yield a finding unless it is a Subscription, which its owner may delete; nothing else is ever deleted."""
    if resource["resourceType"] != "Subscription":
        yield Finding("error", "not-supported", Problem("not-offered", resource["resourceType"]))


OPERATION = Operation(
    "validate",
    "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    EVERY_TYPE,
    on_type=Endpoint(validate_for_type, ("POST",), in_batch=("POST",)),
    on_instance=Endpoint(validate_for_instance, in_batch=("GET", "POST")),
)
