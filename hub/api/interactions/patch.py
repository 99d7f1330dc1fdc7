"""The patch interaction: https://hl7.org/fhir/R4/http.html#patch, of an id or of a condition, against the caller's own
version (#concurrency).

Three formats (`hub.api.patches`): JSON Patch, FHIRPath Patch, and the merge that some clients send as plain JSON.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from hub.api.http.body import EntryBody
from hub.api.http.content_types import is_media_type
from hub.api.http.paths import check_type, make_reference
from hub.api.http.preconditions import parse_preconditions
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer
from hub.api.interactions.conditional import check_condition
from hub.api.interactions.write import write_entry
from hub.api.patches import parse_fhirpath_patch, parse_json_patch, parse_merge_patch
from hub.domain.errors import Invalid, Malformed
from hub.domain.scopes import covers
from hub.fhir import SIZE, loads
from hub.record.write.edit import Patch
from hub.record.write.transaction import Entry

JSON_PATCH = frozenset({"application/json-patch+json"})
MERGE_PATCH = frozenset({"application/merge-patch+json"})
# FHIRPath Patch is a resource, in any format of resources.
PATCH_FORMATS = ["application/fhir+json", "application/fhir+xml", *sorted(JSON_PATCH | MERGE_PATCH)]
# A body of this type that is no Parameters is a merge.
_PLAIN = frozenset({"application/json"})


def patch(request: ApiRequest) -> Answer:
    """Return the resource after the change, as its author sees it. Raises as `update` does, and as the patch when it is
    applied."""
    return write_entry(request, plan_patch(request))


def patch_conditionally(request: ApiRequest) -> Answer:
    """Patch the one resource that matches the URL's parameters. Raises NotFound when the caller sees none, Conflict when
    several match."""
    return write_entry(request, plan_conditional_patch(request))


def plan_patch(request: ApiRequest) -> Entry:
    """Return the patch of the resource that the URL names. Raises NotFound when the URL has no valid `Type/id`; Invalid for a
    malformed body or If-Match."""
    name = make_reference(request.params["resource_type"], request.params["resource_id"])
    check_no_parameters(request.parse_query())
    preconditions = parse_preconditions(request)
    return Entry("PATCH", name, {}, apply_patch=_read_patch(request), **preconditions._asdict())


def plan_conditional_patch(request: ApiRequest) -> Entry:
    """Return the patch of the resource that the URL's parameters match."""
    resource_type = check_type(request.params["resource_type"])
    condition = check_condition(request.parse_query())
    preconditions = parse_preconditions(request)
    apply_patch, name = _read_patch(request), request.repository.new_name(resource_type)
    return Entry("PATCH", name, {}, condition=condition, apply_patch=apply_patch, **preconditions._asdict())


def _read_patch(request: ApiRequest) -> Patch:
    """Return the patch in the body. Raises Invalid `http-media-type` for XML Patch, which is not offered; Refused for one that
    asks for values (`test`, `where`) if the caller's scopes do not let it read."""
    may_read = covers(request.actor.scopes, request.params["resource_type"], "r")
    if isinstance(request.body, EntryBody):
        return parse_entry_patch(request.body.resource, may_read=may_read)
    content_type, max_size = request.headers.get("CONTENT_TYPE", ""), request.service.limits.body
    if is_media_type(content_type, JSON_PATCH):
        return parse_json_patch(request.body.read_bytes(JSON_PATCH), size=max_size, may_read=may_read)
    if is_media_type(content_type, MERGE_PATCH):
        return parse_merge_patch(loads(request.body.read_bytes(MERGE_PATCH), size=max_size))
    resource = request.body.read_resource()
    if is_media_type(content_type, _PLAIN) and resource.get("resourceType") != "Parameters":
        return parse_merge_patch(resource)
    return _parse_parameters(resource, may_read=may_read)


def parse_entry_patch(resource: dict[str, Any], *, may_read: bool = True) -> Patch:
    """Return the patch in an entry of a Bundle: a Parameters, or a Binary that carries one (#transaction, "PATCH").

    Raises Malformed and Invalid as the formats say; Invalid `parameters-expected` for anything else."""
    if resource.get("resourceType") != "Binary":
        return _parse_parameters(resource, may_read=may_read)
    content_type, encoded = resource.get("contentType"), resource.get("data")
    if not isinstance(content_type, str) or not isinstance(encoded, str):
        raise Invalid("required-missing", where="Binary.contentType")
    try:
        data = b64decode(encoded, validate=True)
    except (NotBase64, ValueError):
        raise Malformed("json-malformed") from None
    if is_media_type(content_type, JSON_PATCH):
        return parse_json_patch(data, may_read=may_read)
    if is_media_type(content_type, MERGE_PATCH):
        return parse_merge_patch(loads(data, size=SIZE))
    raise Invalid("http-media-type", where="Binary.contentType")


def _parse_parameters(resource: dict[str, Any], *, may_read: bool) -> Patch:
    if resource.get("resourceType") != "Parameters":
        raise Invalid("parameters-expected", where="resourceType")
    return parse_fhirpath_patch(resource, may_read=may_read)
