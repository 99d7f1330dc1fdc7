"""What the house says when no view answered: constant bodies, the same for every cause (`docs/leaks.md` L131).

Under `/fhir` and `/intake` an OperationOutcome, elsewhere one word of text. Views translate the five errors of
`hub.domain.errors` themselves, each exit in its own terms; what arrives here unforeseen is a 500 and a line in the log.
"""

from __future__ import annotations

import json

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from hub.api.http.response import FHIR_JSON, Answer, send
from hub.domain.messages import text
from hub.http.log import log_fault
from hub.record.admission.admit import Unavailable
from hub.record.db.store import FAILURES

_FHIR_PREFIXES = ("/fhir", "/intake")

# HTTP status → (IssueType of FHIR R4, code of the catalogue). Any other status of Werkzeug is told as 400.
_OUTCOMES = {
    400: ("invalid", "http-bad-request"),
    404: ("not-found", "not-found"),
    405: ("not-supported", "http-method"),
    413: ("too-long", "http-too-large"),
    415: ("not-supported", "http-media-type"),
    500: ("exception", "http-fault"),
    503: ("transient", "http-unavailable"),
}
# Seconds after which a client may ask again: a database that fails over takes about as long.
_RETRY_SECONDS = 5


def register_error_handlers(app: Flask) -> None:
    """Make `app` answer each HTTP error and each unforeseen exception with a constant body."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if error.response is not None or status < 400:
            return AnyResponse.force_type(error.get_response(request.environ))
        response = _build_response(status if status in _OUTCOMES else 400)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    def unavailable(error: Exception) -> Response:
        log_fault(app, error)
        response = _build_response(503)
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response

    for failure in (Unavailable, *FAILURES):
        app.register_error_handler(failure, unavailable)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log_fault(app, error)
        return _build_response(500)


def _build_response(status: int) -> Response:
    kind, code = _OUTCOMES[status]
    if not request.path.startswith(_FHIR_PREFIXES):
        return Response(text(code) + "\n", status, content_type="text/plain; charset=utf-8")
    issue = {"severity": "fatal" if status >= 500 else "error", "code": kind, "diagnostics": text(code)}
    body = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}, separators=(",", ":"))
    if status == 500:  # what failed may be the form itself
        return Response(body, status, content_type=FHIR_JSON)
    return send(Answer(status, body.encode()))
