"""A request whose session has ended: where the browser goes, what was typed, and why the session ended if it was not by time."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from hub.accounts.entry.form_drafts import find_ended_session
from hub.accounts.entry.sessions import list_replaced
from hub.desk.web.drafts import keep_form_of_ended_session
from hub.desk.web.routes import PageRoute, get_own_address, redirect_to
from hub.desk.web.visit import Visit

SIGN_IN_HREF = "/connexion"
REPLACED = "remplacee"


def lead_to_sign_in(visit: Visit, routes: tuple[PageRoute, ...]) -> Response:
    """Go to the sign-in, and back to the present page after it. What was typed into a form is kept."""
    query = {"suite": get_own_address(visit)}
    response = redirect_to(SIGN_IN_HREF)
    if _keeps_drafts(routes) and (outcome := keep_form_of_ended_session(visit, response)):
        query["brouillon"] = outcome
    if is_replaced(visit):
        query["fin"] = REPLACED
    response.headers["Location"] = f"{SIGN_IN_HREF}?{urlencode(query)}"
    return response


def is_replaced(visit: Visit) -> bool:
    """Whether the session of the cookie ended because its account opened others."""
    session = find_ended_session(visit.store, visit.token)
    return session is not None and session.sid in list_replaced(visit.store, session.account_id)


def _keeps_drafts(routes: tuple[PageRoute, ...]) -> bool:
    path = request.url_rule.rule if request.url_rule else ""
    return any(route.keeps_drafts for route in routes if (route.path, route.method) == (path, request.method))
