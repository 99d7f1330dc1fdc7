"""The delete interaction, which only one's own Subscription has: https://hl7.org/fhir/R4/http.html#delete.

What concerns a person is never deleted (`docs/leaks.md` L60, L72): no other type has this route, so it is 405 there for every id.
"""

from __future__ import annotations

from hub.api.http.paths import make_reference
from hub.api.http.preconditions import parse_preconditions
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer


def delete_subscription(request: ApiRequest) -> Answer:
    """Return 204 when it is deleted. Raises NotFound, Refused and Conflict as the record does."""
    check_no_parameters(request.parse_query())
    name = make_reference("Subscription", request.params["resource_id"])
    request.repository.delete(name, *parse_preconditions(request))
    return Answer(204, b"")
