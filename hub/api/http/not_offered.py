"""What is not offered, with constant answers: decided from the token and the URL's template alone (`docs/leaks.md` L10, L37,
L86), so that asking for it teaches nothing.

Methods that no route takes are 405 for every id alike (`hub.error_handlers`; `docs/leaks.md` L60, L72).
"""

from __future__ import annotations

from flask import Response

from hub.domain.errors import NotFound, Refused
from hub.http.guards import token_required


@token_required
def refuse_view(**_of_url: str) -> Response:
    """Search of the whole system, and its history."""
    raise Refused("not-offered")


@token_required
def unknown_operation_view(**_of_url: str) -> Response:
    """`$` and any name: https://hl7.org/fhir/R4/operations.html."""
    raise NotFound
