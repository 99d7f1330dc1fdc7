"""What create, update and patch have in common: one `Entry` is written, and answered as `Prefer` asks.

Each of them has a `plan_…` function, which reads the request into an `Entry`, and a handler, which writes this one entry. A
transaction (`hub.api.bundle.transaction`) plans all its entries and writes them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from hub.api.http.negotiation import parse_prefer
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer, from_slice
from hub.api.resources import operation_outcome
from hub.api.resources.references import resolve_links
from hub.domain.errors import Invalid
from hub.record.write.edit import Patch
from hub.record.write.transaction import Entry, Written


def write_entry(request: ApiRequest, entry: Entry) -> Answer:
    """Write `entry`. Raises Refused, Invalid, NotFound and Conflict as the record does."""
    result = request.repository.write(link_entry(entry, request.base_url))
    returns = parse_prefer(request.prefer).returns
    return answer_write(result, request.base_url, returns, located=entry.condition is not None)


def link_entry(entry: Entry, base_url: str, names: Mapping[str, str] | None = None, place: str = "") -> Entry:
    """Return `entry` with the links of its resource, or of the result of its patch, resolved by `resolve_links`."""
    if entry.apply_patch is None:
        return replace(entry, resource=resolve_links(entry.resource, base_url, names, place))
    return replace(entry, apply_patch=partial(_patch_and_link, entry.apply_patch, base_url, names))


def _patch_and_link(
    apply_patch: Patch, base_url: str, names: Mapping[str, str] | None, resource: dict[str, Any]
) -> dict[str, Any]:
    return resolve_links(apply_patch(resource), base_url, names)


def answer_write(result: Written, base_url: str, returns: str, *, located: bool = False) -> Answer:
    """Return the answer to a write, as `Prefer: return` asks (https://hl7.org/fhir/R4/http.html#return).

    It has a Location when the write created the resource, or when `located`: the request did not name it. An author who may
    not see what it wrote gets the name alone, without representation and version."""
    answer = from_slice(result.slice)._replace(status=201 if result.created else 200)
    location = f"{base_url}/{result.slice.name}"
    if not result.seen:
        answer = Answer(answer.status, b"")
    elif result.created or located:
        location += f"/_history/{result.slice.version}"
    if result.created or located:
        answer = answer._replace(location=location)
    if returns == "minimal":
        return answer._replace(body=b"")
    return answer._replace(body=operation_outcome.STORED) if returns == "OperationOutcome" else answer


def check_resource_type(resource_type: str, resource: dict[str, Any]) -> None:
    """Raise Invalid `type-differs` when the URL names another type than the resource."""
    if resource.get("resourceType") != resource_type:
        raise Invalid("type-differs", where="resourceType")
