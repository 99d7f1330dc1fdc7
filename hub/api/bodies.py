"""The resource that a write sends."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.api.asked import pairs_of
from hub.api.negotiate import agreed, check_content
from hub.api.opening import settings
from hub.errors import Invalid
from hub.fhir import loads


def sent() -> dict[str, Any]:
    """The JSON object in the body of this request.

    Invalid: 415 for another media type, 406 when the answer is wanted in another, 400 for a parameter; Malformed: what
    `hub.fhir.loads` refuses.
    """
    rest = agreed(pairs_of(request.query_string), request.headers.get("Accept"))
    if rest:
        raise Invalid("parameter-unknown", where=rest[0][0])
    check_content(request.headers.get("Content-Type"), request.headers.get("Content-Encoding"))
    return loads(request.get_data(cache=False), size=settings().limits.body)
