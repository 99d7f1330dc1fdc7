"""What all pages with passkeys have in common: the hub as browsers know it, and the options of a ceremony as JSON."""

from __future__ import annotations

from flask import Response, abort

from hub.accounts.credentials.webauthn import RelyingParty, make_relying_party
from hub.desk.headers import PAGE_HEADERS
from hub.desk.web.visit import Visit

SITE = "Maillage"


def get_relying_party(visit: Visit) -> RelyingParty:
    """The hub as browsers know it. Where its host is an address there are no passkeys: the address of the form does not exist."""
    party = make_relying_party(visit.settings.base_url, SITE)
    if party is None:
        abort(404)
    return party


def send_options(options: str) -> Response:
    """The options of `navigator.credentials`, for the script of the page."""
    return Response(options, headers=PAGE_HEADERS, content_type="application/json")
