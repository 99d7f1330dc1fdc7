"""The vread interaction: https://hl7.org/fhir/R4/http.html#vread."""

from __future__ import annotations

from flask import Response, request

from hub.api.http.context import record
from hub.api.http.negotiation import agreed
from hub.api.http.paths import name_of, version_of
from hub.api.http.query_string import parse_pairs
from hub.api.http.response import Answer, send, shown
from hub.api.http.summary import WHOLE, Subset, narrowed
from hub.api.interactions.read import subset_alone
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def vread_view(resource_type: str, resource_id: str, version_id: str) -> Response:
    """GET and HEAD of one version."""
    pairs = agreed(parse_pairs(request.query_string), request.headers.get("Accept"))
    name, version = name_of(resource_type, resource_id), version_of(version_id)
    return send(vread(record(), name, version, subset_alone(pairs, resource_type)))


def vread(repository: Record, name: str, version: str, subset: Subset = WHOLE) -> Answer:
    """That version, or `subset` of it, if it is one of this actor's. Raises NotFound and Refused as the record does
    (`docs/leaks.md` L06–L08)."""
    return shown(narrowed(repository.vread(name, version), subset))
