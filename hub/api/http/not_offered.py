"""The handlers of routes that are not offered. Each has one constant answer, decided from the token and the template of the
URL alone (`docs/leaks.md` L10, L37, L86), so that it reveals nothing.

A method that no route takes is answered with 405, whatever the id (`hub.error_handlers`; `docs/leaks.md` L60, L72).
"""

from __future__ import annotations

from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.domain.errors import NotFound, Refused


def refuse(_request: ApiRequest) -> Answer:
    """Raise Refused: search and history of the whole system."""
    raise Refused("not-offered")


def refuse_operation(_request: ApiRequest) -> Answer:
    """Raise NotFound: `$` followed by a name that is no operation (https://hl7.org/fhir/R4/operations.html)."""
    raise NotFound
