"""The patch interaction: https://hl7.org/fhir/R4/http.html#patch, of an id or of a condition, against the caller's own
version (#concurrency).

Three forms (`hub.api.patches`): JSON Patch, FHIRPath Patch, and the merge that some clients send as plain JSON.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from flask import Response, request

from hub.api.http.body import read_body, read_resource
from hub.api.http.content_types import is_media_type
from hub.api.http.context import record, settings
from hub.api.http.negotiation import parse_prefer, without_format
from hub.api.http.paths import check_type, make_reference
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions import conditional
from hub.api.interactions.create import answer_write
from hub.api.interactions.read import check_no_parameters
from hub.api.interactions.update import parse_if_match
from hub.api.patches import parse_fhirpath_patch, parse_json_patch, parse_merge_patch
from hub.api.resources.references import resolve_links
from hub.domain.errors import Invalid, Malformed
from hub.fhir import SIZE, loads
from hub.http.guards import token_required
from hub.record.repository.record import Record
from hub.record.write.edit import Patch
from hub.record.write.transaction import Entry

JSON_PATCH = frozenset({"application/json-patch+json"})
MERGE_PATCH = frozenset({"application/merge-patch+json"})
# FHIRPath Patch is a resource, in any form of resources.
PATCH_FORMATS = ["application/fhir+json", "application/fhir+xml", *sorted(JSON_PATCH | MERGE_PATCH)]
# What is no FHIR by its name may be a merge.
_PLAIN = frozenset({"application/json"})


@token_required
def patch_view(resource_type: str, resource_id: str) -> Response:
    """PATCH of one resource."""
    name = make_reference(resource_type, resource_id)
    check_no_parameters(without_format(parse_pairs(request.query_string), request.headers.get("Accept")))
    expected = parse_if_match(request.headers.get("If-Match"))
    returns = parse_prefer(request.headers.get("Prefer")).returns
    return send(patch(record(), name, _sent(), expected, returns))


@token_required
def conditional_patch_view(resource_type: str) -> Response:
    """PATCH of the one resource that the URL's parameters mean."""
    wanted = check_type(resource_type)
    condition = conditional.of_url()
    expected = parse_if_match(request.headers.get("If-Match"))
    returns = parse_prefer(request.headers.get("Prefer")).returns
    return send(patch_where(record(), wanted, condition, _sent(), expected, returns=returns))


def patch(repository: Record, name: str, apply_patch: Patch, expected: str | None, returns: str = "") -> Answer:
    """The resource after the change, as its writer sees it. Raises as `update` does, and as `apply_patch`."""
    entry = Entry("PATCH", name, {}, expected, apply_patch=_linked(apply_patch, repository.base_url))
    return answer_write(repository.write(entry), repository.base_url, returns)


def patch_where(
    repository: Record,
    resource_type: str,
    condition: Pairs,
    apply_patch: Patch,
    expected: str | None,
    *,
    returns: str = "",
) -> Answer:
    """`patch` of the one resource that meets `condition`; NotFound when the caller sees none, Conflict when several."""
    linked = _linked(apply_patch, repository.base_url)
    written = repository.write(Entry("PATCH", repository.new_name(resource_type), {}, expected, condition, linked))
    return answer_write(written, repository.base_url, returns, located=True)


def parse_entry_patch(sent: dict[str, Any]) -> Patch:
    """The patch in an entry of a Bundle: a Parameters, or a Binary that carries one (#transaction, "PATCH").

    Malformed and Invalid: as the forms say; Invalid `parameters-expected` for anything else."""
    if sent.get("resourceType") != "Binary":
        return _of_parameters(sent)
    kind, data = sent.get("contentType"), sent.get("data")
    if not isinstance(kind, str) or not isinstance(data, str):
        raise Invalid("required-missing", where="Binary.contentType")
    try:
        carried = b64decode(data, validate=True)
    except (NotBase64, ValueError):
        raise Malformed("json-malformed") from None
    if is_media_type(kind, JSON_PATCH):
        return parse_json_patch(carried)
    if is_media_type(kind, MERGE_PATCH):
        return parse_merge_patch(loads(carried, size=SIZE))
    raise Invalid("http-media-type", where="Binary.contentType")


def _sent() -> Patch:
    """The patch in the body of this request. Invalid `http-media-type` for XML Patch, which is not offered."""
    announced, most = request.headers.get("Content-Type", ""), settings().limits.body
    if is_media_type(announced, JSON_PATCH):
        return parse_json_patch(read_body(JSON_PATCH), size=most)
    if is_media_type(announced, MERGE_PATCH):
        return parse_merge_patch(loads(read_body(MERGE_PATCH), size=most))
    sent = read_resource()
    if is_media_type(announced, _PLAIN) and sent.get("resourceType") != "Parameters":
        return parse_merge_patch(sent)
    return _of_parameters(sent)


def _of_parameters(sent: dict[str, Any]) -> Patch:
    if sent.get("resourceType") != "Parameters":
        raise Invalid("parameters-expected", where="resourceType")
    return parse_fhirpath_patch(sent)


def _linked(apply_patch: Patch, base_url: str) -> Patch:
    return lambda seen: resolve_links(apply_patch(seen), base_url)
