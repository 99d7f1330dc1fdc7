"""The create interaction: https://hl7.org/fhir/R4/http.html#create. Ids are the hub's own (`leaks.md` B10, 5)."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hub.api import outcomes
from hub.api.answers import Answer, send, shown
from hub.api.bodies import sent
from hub.api.negotiate import preferred
from hub.api.opening import base, record
from hub.api.paths import kept
from hub.api.references import with_own_links
from hub.doors import token_required
from hub.errors import Invalid
from hub.record.door import Record
from hub.record.reading import Slice


@token_required
def create_view(resource_type: str) -> Response:
    """POST of one resource."""
    wanted = kept(resource_type)
    unconditional(request.headers.get("If-None-Exist"))
    returns = preferred(request.headers.get("Prefer")).returns
    return send(create(record(), base(), wanted, sent(), returns))


def create(opened: Record, fhir: str, resource_type: str, resource: dict[str, Any], returns: str = "") -> Answer:
    """The new resource as its author sees it. Raises Refused, Invalid and NotFound as the record does."""
    of_type(resource_type, resource)
    return written(201, opened.create(with_own_links(resource, fhir)), fhir, returns)


def unconditional(condition: str | None) -> None:
    """Invalid `conditional-not-offered`: to ignore the condition would make the duplicate that it means to prevent."""
    if condition is not None:
        raise Invalid("conditional-not-offered", where="If-None-Exist")


def of_type(resource_type: str, resource: dict[str, Any]) -> None:
    """Invalid `type-differs` when the URL names another type than the resource."""
    if resource.get("resourceType") != resource_type:
        raise Invalid("type-differs", where="resourceType")


def written(status: int, made: Slice, fhir: str, returns: str) -> Answer:
    """The answer to a write, as `Prefer: return` asks; the location where it made something: #return."""
    answer = shown(made)._replace(status=status)
    if status == 201:
        answer = answer._replace(location=f"{fhir}/{made.name}/_history/{made.version}")
    if returns == "minimal":
        return answer._replace(body=b"")
    return answer._replace(body=outcomes.STORED) if returns == "OperationOutcome" else answer
