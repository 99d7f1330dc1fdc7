"""The delete interaction, which only one's own Subscription knows: https://hl7.org/fhir/R4/http.html#delete.

What concerns a person is never deleted (`leaks.md` L60, L72): no other type has this route, so it is 405 there for every id.
"""

from __future__ import annotations

from flask import Response, request

from hub.api.answers import Answer, send
from hub.api.asked import pairs_of
from hub.api.negotiate import agreed
from hub.api.opening import record
from hub.api.paths import name_of
from hub.api.read import nothing_more
from hub.api.update import version_in
from hub.doors import token_required
from hub.record.door import Record


@token_required
def subscription_delete_view(resource_id: str) -> Response:
    """DELETE of one Subscription."""
    nothing_more(agreed(pairs_of(request.query_string), request.headers.get("Accept")))
    return send(delete(record(), name_of("Subscription", resource_id), version_in(request.headers.get("If-Match"))))


def delete(opened: Record, name: str, expected: str | None) -> Answer:
    """That it is gone. Raises NotFound, Refused and Conflict as the record does."""
    opened.delete(name, expected)
    return Answer(204, b"")
