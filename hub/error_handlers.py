"""The answers to errors that no view has answered: constant bodies, the same for every cause (`docs/leaks.md` L131).

Under `/fhir` and `/intake` they are an OperationOutcome, at other addresses of programs a sentence of text, elsewhere a page.
Views answer the errors of `hub.domain.errors` themselves; any other exception is a 500 and a line in the log.
"""

from __future__ import annotations

import json

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from hub.api.http.response import FHIR_JSON, Answer, send
from hub.desk.web.installation import is_for_people, render_fault
from hub.domain.messages import get_text
from hub.http.log import log_fault
from hub.http.rate_limit import RateExceeded
from hub.record.admission.admit import Unavailable
from hub.record.db.store import FAILURES

_FHIR_PREFIXES = ("/fhir", "/intake")

# HTTP status → (IssueType of FHIR R4, code of the catalogue). Any other status of Werkzeug becomes 400.
_OUTCOMES = {
    400: ("invalid", "http-bad-request"),
    404: ("not-found", "not-found"),
    405: ("not-supported", "http-method"),
    413: ("too-long", "http-too-large"),
    415: ("not-supported", "http-media-type"),
    429: ("throttled", "rate-exceeded"),
    500: ("exception", "http-fault"),
    503: ("transient", "http-unavailable"),
}
# Retry-After: a database fails over in about as long.
_RETRY_SECONDS = 5


def register_error_handlers(app: Flask) -> None:
    """Make `app` answer each HTTP error and each unexpected exception with a constant body."""

    @app.errorhandler(HTTPException)
    def handle_http_error(error: HTTPException) -> AnyResponse:
        status = error.code or 500
        if error.response is not None or status < 400:
            return AnyResponse.force_type(error.get_response(request.environ))
        response = _build_response(status)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    def handle_unavailable(error: Exception) -> AnyResponse:
        log_fault(app, error)
        response = _build_response(503)
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response

    @app.errorhandler(RateExceeded)
    def handle_rate_exceeded(error: RateExceeded) -> AnyResponse:
        response = _build_response(429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response

    for failure in (Unavailable, *FAILURES):
        app.register_error_handler(failure, handle_unavailable)

    @app.errorhandler(Exception)
    def handle_exception(error: Exception) -> AnyResponse:
        log_fault(app, error)
        return _build_response(500)


def _build_response(status: int) -> AnyResponse:
    """The answer for `status`, in the form of the path that was requested."""
    if is_for_people(request.path):
        return render_fault(status)
    status = status if status in _OUTCOMES else 400
    kind, code = _OUTCOMES[status]
    if not request.path.startswith(_FHIR_PREFIXES):
        return Response(get_text(code) + "\n", status, content_type="text/plain; charset=utf-8")
    issue = {"severity": "fatal" if status >= 500 else "error", "code": kind, "diagnostics": get_text(code)}
    body = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}, separators=(",", ":"))
    if status == 500:  # the negotiation of the format may be what failed
        return Response(body, status, content_type=FHIR_JSON)
    return send(Answer(status, body.encode()))
