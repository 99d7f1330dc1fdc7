"""The create interaction: https://hl7.org/fhir/R4/http.html#create, and the conditional one: #ccreate. The hub assigns all ids
(`docs/leaks.md` B10.5)."""

from __future__ import annotations

from typing import Any

from hub.api.http.paths import check_type, is_id
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.interactions.conditional import parse_if_none_exist
from hub.api.interactions.write import check_resource_type, write_entry
from hub.domain.errors import Invalid
from hub.record.write.transaction import Entry


def create(request: ApiRequest) -> Answer:
    """Return the new resource as its author sees it; with an If-None-Exist that a resource matches already, that one,
    unchanged.

    Raises Refused, Invalid and NotFound as the record does, Conflict when several match."""
    return write_entry(request, plan_create(request))


def plan_create(request: ApiRequest) -> Entry:
    """Return the resource to create. Raises NotFound for a type that the hub does not store; Invalid for a malformed body,
    and as `check_new`."""
    resource_type = check_type(request.params["resource_type"])
    condition = parse_if_none_exist(request.headers.get("HTTP_IF_NONE_EXIST"))
    resource = request.read_resource()
    check_new(resource_type, resource)
    return Entry("POST", request.repository.new_name(resource_type), resource, condition=condition)


def check_new(resource_type: str, resource: dict[str, Any]) -> None:
    """Raise Invalid as `check_resource_type`, and `format-wrong` for a malformed id. A valid id is accepted and replaced."""
    check_resource_type(resource_type, resource)
    if not is_id(resource.get("id", "none")):
        raise Invalid("format-wrong", where=f"{resource_type}.id")
