"""The update interaction: https://hl7.org/fhir/R4/http.html#update, against the caller's own version (#concurrency), and
the conditional one: #cond-update.

A PUT of an id creates nothing: when the resource is absent or hidden it is NotFound (`docs/leaks.md` L62). A PUT with a
condition creates the resource when the caller sees none that matches (`docs/leaks.md` L59).
"""

from __future__ import annotations

from typing import Any

from hub.api.http.paths import check_type, make_reference
from hub.api.http.preconditions import parse_preconditions
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.summary import is_subsetted
from hub.api.interactions.conditional import check_condition, check_no_id
from hub.api.interactions.write import check_resource_type, write_entry
from hub.domain.errors import Invalid
from hub.record.write.transaction import Entry


def update(request: ApiRequest) -> Answer:
    """Return the resource after the change, as its author sees it. Raises NotFound, Refused, Conflict and Invalid as the
    record does."""
    return write_entry(request, plan_update(request))


def update_conditionally(request: ApiRequest) -> Answer:
    """Update the one resource that matches the URL's parameters, or create one when the caller sees none that does.

    Raises as `update`, and Conflict when several match, or none does and the request has an If-Match."""
    return write_entry(request, plan_conditional_update(request))


def plan_update(request: ApiRequest) -> Entry:
    """Return the update of the resource that the URL names.

    Raises NotFound when the URL has no valid `Type/id`; Invalid for a malformed body or If-Match, and as `check_identity`."""
    name = make_reference(request.params["resource_type"], request.params["resource_id"])
    preconditions = parse_preconditions(request)
    resource = request.read_resource()
    check_identity(name, resource)
    return Entry("PUT", name, resource, **preconditions._asdict())


def plan_conditional_update(request: ApiRequest) -> Entry:
    """Return the update of the resource that the URL's parameters match, with a new `Type/id` for the case that none does."""
    resource_type = check_type(request.params["resource_type"])
    condition = check_condition(request.parse_query())
    preconditions = parse_preconditions(request)
    resource = request.body.read_resource()
    check_resource_type(resource_type, resource)
    check_no_id(resource)
    name = request.repository.new_name(resource_type)
    return Entry("PUT", name, resource, condition=condition, **preconditions._asdict())


def check_identity(name: str, resource: dict[str, Any]) -> None:
    """Raise Invalid `type-differs` or `id-differs` unless `resource` has the type and id of `name`; `subsetted` when it is
    tagged SUBSETTED, because the write would delete the elements that it lacks."""
    resource_type, _, resource_id = name.partition("/")
    check_resource_type(resource_type, resource)
    if resource.get("id") != resource_id:
        raise Invalid("id-differs", where=f"{resource_type}.id")
    if is_subsetted(resource):
        raise Invalid("subsetted", where=f"{resource_type}.meta.tag")
