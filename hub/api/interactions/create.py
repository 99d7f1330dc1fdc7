"""The create interaction: https://hl7.org/fhir/R4/http.html#create. Ids are the hub's own (`docs/leaks.md` B10.5)."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from hub.api.http.body import read_only_resource
from hub.api.http.context import record
from hub.api.http.negotiation import parse_prefer
from hub.api.http.paths import check_type, is_id
from hub.api.http.query_string import Pairs
from hub.api.http.response import Answer, from_slice, send
from hub.api.interactions import conditional
from hub.api.resources import operation_outcome
from hub.api.resources.references import resolve_links
from hub.domain.errors import Invalid
from hub.http.guards import token_required
from hub.record.repository.record import Record
from hub.record.write.transaction import Entry, Written


@token_required
def create_view(resource_type: str) -> Response:
    """POST of one resource."""
    wanted = check_type(resource_type)
    condition = conditional.parse_if_none_exist(request.headers.get("If-None-Exist"))
    returns = parse_prefer(request.headers.get("Prefer")).returns
    return send(create(record(), wanted, read_only_resource(), returns, condition))


def create(
    repository: Record,
    resource_type: str,
    resource: dict[str, Any],
    returns: str = "",
    condition: Pairs | None = None,
) -> Answer:
    """The new resource as its author sees it; with a `condition`, the one that meets it already, untouched (#ccreate).

    Raises Refused, Invalid and NotFound as the record does, Conflict when several meet it."""
    check_new(resource_type, resource)
    linked = resolve_links(resource, repository.base_url)
    written = repository.write(Entry("POST", repository.new_name(resource_type), linked, condition=condition))
    return answer_write(written, repository.base_url, returns, located=condition is not None)


def check_new(resource_type: str, resource: dict[str, Any]) -> None:
    """`check_resource_type`, and Invalid `format-wrong` for an id that none can be."""
    check_resource_type(resource_type, resource)
    if not is_id(resource.get("id", "none")):
        raise Invalid("format-wrong", where=f"{resource_type}.id")


def check_resource_type(resource_type: str, resource: dict[str, Any]) -> None:
    """Invalid `type-differs` when the URL names another type than the resource."""
    if resource.get("resourceType") != resource_type:
        raise Invalid("type-differs", where="resourceType")


def answer_write(done: Written, base_url: str, returns: str, *, located: bool = False) -> Answer:
    """The answer to a write, as `Prefer: return` asks (#return); with its location when it made something, and when
    `located`, because the request did not name what it is about.

    Who wrote out of his own sight gets the name alone: a representation would not be one, its version not be found."""
    answer = from_slice(done.slice)._replace(status=201 if done.created else 200)
    location = f"{base_url}/{done.slice.name}"
    if not done.seen:
        answer = Answer(answer.status, b"")
    elif done.created or located:
        location += f"/_history/{done.slice.version}"
    if done.created or located:
        answer = answer._replace(location=location)
    if returns == "minimal":
        return answer._replace(body=b"")
    return answer._replace(body=operation_outcome.STORED) if returns == "OperationOutcome" else answer
