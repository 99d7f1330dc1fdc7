"""The vread interaction: https://hl7.org/fhir/R4/http.html#vread."""

from __future__ import annotations

from flask import Response, request

from hub.api.http.context import record
from hub.api.http.negotiation import without_format
from hub.api.http.paths import check_version_id, make_reference
from hub.api.http.query_string import parse_pairs
from hub.api.http.response import Answer, from_slice, send
from hub.api.http.summary import WHOLE, Subset, narrow
from hub.api.interactions.read import parse_only_subset
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def vread_view(resource_type: str, resource_id: str, version_id: str) -> Response:
    """GET and HEAD of one version."""
    pairs = without_format(parse_pairs(request.query_string), request.headers.get("Accept"))
    name, version = make_reference(resource_type, resource_id), check_version_id(version_id)
    return send(vread(record(), name, version, parse_only_subset(pairs, resource_type)))


def vread(repository: Record, name: str, version: str, subset: Subset = WHOLE) -> Answer:
    """That version, or `subset` of it, if it is one of this actor's. Raises NotFound and Refused as the record does
    (`docs/leaks.md` L06–L08)."""
    return from_slice(narrow(repository.vread(name, version), subset))
