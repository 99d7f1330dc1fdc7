"""The delete interaction, which only one's own Subscription knows: https://hl7.org/fhir/R4/http.html#delete.

What concerns a person is never deleted (`docs/leaks.md` L60, L72): no other type has this route, so it is 405 there for every id.
"""

from __future__ import annotations

from flask import Response, request

from hub.api.http.context import record
from hub.api.http.negotiation import without_format
from hub.api.http.paths import make_reference
from hub.api.http.query_string import parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions.read import check_no_parameters
from hub.api.interactions.update import parse_if_match
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def subscription_delete_view(resource_id: str) -> Response:
    """DELETE of one Subscription."""
    check_no_parameters(without_format(parse_pairs(request.query_string), request.headers.get("Accept")))
    return send(
        delete(record(), make_reference("Subscription", resource_id), parse_if_match(request.headers.get("If-Match")))
    )


def delete(repository: Record, name: str, expected: str | None) -> Answer:
    """That it is gone. Raises NotFound, Refused and Conflict as the record does."""
    repository.delete(name, expected)
    return Answer(204, b"")
