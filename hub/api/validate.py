"""`$validate`: https://hl7.org/fhir/R4/resource-operation-validate.html, on a type or on one resource.

What is sent is judged by itself: no reference is followed and the record is not opened (`leaks.md` L83). What is named alone
is judged as its reader sees it, and is not found when it is hidden. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from flask import Response, request

from hub.actor import Actor
from hub.api.answers import Answer, send
from hub.api.asked import Pairs, pairs_of
from hub.api.bodies import resource
from hub.api.create import of_type
from hub.api.negotiate import agreed
from hub.api.opening import record
from hub.api.parameters import simple, within
from hub.api.paths import kept, name_of
from hub.api.update import named
from hub.conformance import Finding, validate
from hub.doors import token_required
from hub.errors import Invalid, Problem
from hub.fhir import dumps, loads
from hub.policy import roles
from hub.record.door import Record
from hub.slices import labels
from hub.task_machine import check_create
from hub.texts import text

Json = dict[str, Any]

_SIMPLE = ("mode", "profile")
_WRITES = frozenset({"create", "update"})
# The modes in which something must be sent (True), or named alone (False).
_MODES = {"create": True, "update": True, "delete": False}


class Asked(NamedTuple):
    """`resource`: what is to be judged, None for the one that the URL names."""

    resource: Json | None
    mode: str
    profile: str


@token_required
def validate_type_view(resource_type: str) -> Response:
    """POST of a resource, or of Parameters that hold it."""
    return send(validate_type(record(), kept(resource_type), _asked()))


@token_required
def validate_one_view(resource_type: str, resource_id: str) -> Response:
    """GET, or POST as of a type: then what is sent must bear the name in the URL."""
    return send(validate_one(record(), name_of(resource_type, resource_id), _asked()))


def validate_type(opened: Record, resource_type: str, asked: Asked) -> Answer:
    """What is said of the resource that `asked` holds. Invalid `validate-resource` when there is none, `type-differs`."""
    if asked.resource is None:
        raise Invalid("validate-resource")
    of_type(resource_type, asked.resource)
    return Answer(200, outcome(judged(asked.resource, asked, opened.actor)))


def validate_one(opened: Record, name: str, asked: Asked) -> Answer:
    """What is said of what was sent for `name`, else of the slice of `name`. NotFound and Refused as a read."""
    if asked.mode == "create":
        raise Invalid("validate-mode", where="mode")
    if asked.resource is not None:
        named(name, asked.resource)
        return Answer(200, outcome(judged(asked.resource, asked, opened.actor)))
    seen = loads(opened.read(name).body)
    found = _to_delete(seen["resourceType"]) if asked.mode == "delete" else judged(seen, asked, opened.actor)
    return Answer(200, outcome(found))


def question(pairs: Pairs, sent: Json | None) -> Asked:
    """What the parameters of a URL and a body ask. Invalid `validate-mode`: an unknown mode, or one that does not fit; else as
    parameters are refused."""
    if sent is not None and sent.get("resourceType") == "Parameters":
        inner, sent = _unwrapped(sent)
        pairs = [*pairs, *inner]
    given = _once(pairs)
    mode, profile = given.get("mode", ""), given.get("profile", "")
    fits = {"": True, "profile": bool(profile)} | {name: needs == (sent is not None) for name, needs in _MODES.items()}
    if not fits.get(mode, False):
        raise Invalid("validate-mode", where="mode")
    return Asked(sent, mode, profile)


def judged(found: Json, asked: Asked, actor: Actor) -> Iterator[Finding]:
    """What is to be said of `found`; before it is written, also what the machine of Tasks asks of a new one (`loop.md` D6)."""
    to_write = asked.mode in _WRITES
    profiles = [asked.profile] if asked.profile else []
    findings = validate(found, profiles, labels().extensions.keys(), to_write=to_write)
    yield from findings
    sound = not any(finding.severity == "error" for finding in findings)
    if asked.mode == "create" and found["resourceType"] == "Task" and sound:
        try:
            check_create(found, party=actor.party, desk="desk" in roles()[actor.role].relations)
        except Invalid as error:
            yield from (Finding("error", "business-rule", problem) for problem in error.problems)


def outcome(findings: Iterable[Finding]) -> bytes:
    """The OperationOutcome that says them, or that there is none."""
    issues = [_issue(finding) for finding in findings]
    none = {"severity": "information", "code": "informational", "diagnostics": text("valid")}
    return dumps({"resourceType": "OperationOutcome", "issue": issues or [none]})


def _issue(finding: Finding) -> Json:
    issue: Json = {"severity": finding.severity, "code": finding.kind}
    if finding.words:
        issue["details"] = {"text": finding.words}
    return issue | {"diagnostics": text(finding.problem.code), "expression": [finding.problem.where]}


def _to_delete(resource_type: str) -> Iterator[Finding]:
    """A Subscription may be deleted by its owner, who alone sees it; nothing else is ever deleted."""
    if resource_type != "Subscription":
        yield Finding("error", "not-supported", Problem("not-offered", resource_type))


def _asked() -> Asked:
    pairs = agreed(pairs_of(request.query_string), request.headers.get("Accept"))
    return question(pairs, resource() if request.method == "POST" and request.get_data() else None)


def _once(pairs: Pairs) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in _SIMPLE:
            raise Invalid("parameter-unknown", where=name)
        if name in given:
            raise Invalid("parameter-twice", where=name)
        given[name] = value
    return given


def _unwrapped(parameters: Json) -> tuple[Pairs, Json | None]:
    """The simple parameters, and the resource."""
    given = within(parameters)
    resources = [one.get("resource") for name, one in given if name == "resource"]
    if len(resources) > 1 or not all(isinstance(one, dict) for one in resources):
        raise Invalid("validate-resource", where="Parameters.parameter")
    others = [(name, one) for name, one in given if name != "resource"]
    if any(name not in _SIMPLE for name, _ in others):  # the name is the sender's, and not said again
        raise Invalid("parameter-unknown", where="Parameters.parameter")
    return [(name, simple(name, one)) for name, one in others], resources[0] if resources else None
