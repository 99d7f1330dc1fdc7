"""What is not offered, with constant answers: decided from the token and the URL's template alone (`docs/leaks.md` L10, L37,
L86), so that asking for it reveals nothing.

Methods that no route takes are 405 for every id alike (`hub.error_handlers`; `docs/leaks.md` L60, L72).
"""

from __future__ import annotations

from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.domain.errors import NotFound, Refused


def refuse(_request: ApiRequest) -> Answer:
    """Search of the whole system, and its history: Refused."""
    raise Refused("not-offered")


def refuse_operation(_request: ApiRequest) -> Answer:
    """`$` and any other name: NotFound (https://hl7.org/fhir/R4/operations.html)."""
    raise NotFound
