"""The vread interaction: https://hl7.org/fhir/R4/http.html#vread."""

from __future__ import annotations

from flask import Response, request

from hub.api.answers import Answer, send, shown
from hub.api.asked import pairs_of
from hub.api.negotiate import agreed
from hub.api.opening import record
from hub.api.paths import name_of, version_of
from hub.api.read import nothing_more
from hub.doors import token_required
from hub.record.door import Record


@token_required
def vread_view(resource_type: str, resource_id: str, version_id: str) -> Response:
    """GET and HEAD of one version."""
    nothing_more(agreed(pairs_of(request.query_string), request.headers.get("Accept")))
    return send(vread(record(), name_of(resource_type, resource_id), version_of(version_id)))


def vread(opened: Record, name: str, version: str) -> Answer:
    """That version, if it is one of this actor's. Raises NotFound and Refused as the record does (`leaks.md` L06–L08)."""
    return shown(opened.vread(name, version))
