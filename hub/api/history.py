"""The history interaction of one resource: https://hl7.org/fhir/R4/http.html#history.

Histories of a type and of the system are not offered (`leaks.md` L10; `hub.api.closed`).
"""

from __future__ import annotations

from flask import Response, request

from hub.api import bundles
from hub.api.answers import Answer, send
from hub.api.asked import pairs_of
from hub.api.negotiate import agreed
from hub.api.opening import base, record
from hub.api.paths import name_of
from hub.api.read import nothing_more
from hub.doors import token_required
from hub.record.door import Record


@token_required
def history_view(resource_type: str, resource_id: str) -> Response:
    """GET and HEAD of the versions of one resource."""
    nothing_more(agreed(pairs_of(request.query_string), request.headers.get("Accept")))
    return send(history(record(), base(), name_of(resource_type, resource_id)))


def history(opened: Record, fhir: str, name: str) -> Answer:
    """The versions that this actor may see, the newest first. Raises NotFound and Refused as the record does."""
    return Answer(200, bundles.history(fhir, opened.history(name)))
