"""The table of pages: path, view, who may open it. One line serves a page, protects it and puts it in the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, abort, redirect, request
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from hub.accounts.credentials.passwords import Busy
from hub.desk.error_pages import render_error_page
from hub.desk.headers import PAGE_HEADERS
from hub.desk.web.access import CONTEXT
from hub.desk.web.drafts import forget_sent_draft, is_of_former_session, keep_form, show_draft
from hub.desk.web.forgery import has_token, is_from_here
from hub.desk.web.local_addresses import lead_to, read_referrer, read_target
from hub.desk.web.visit import ContextNeeded, SignInNeeded, Visit, get_visit
from hub.domain.errors import NotFound, Refused
from hub.http.guards import require

View = Callable[..., Response]

PROOF_HREF = "/compte/preuve"


@dataclass(frozen=True)
class PageRoute:
    """`view` takes the Visit and the variables of `path`. `access`: a mark of `hub.desk.web.access`. `roles`: who alone finds the
    page; for other roles the address does not exist (404). `needs_token`: False for forms of those who are not signed in.
    `menu`: its word in the main menu. `is_first`: `/` leads its roles here."""

    path: str
    view: View
    method: str = "GET"
    access: str = CONTEXT
    roles: frozenset[str] | None = None
    needs_token: bool = True
    menu: LazyString | None = None
    is_first: bool = False

    def is_open_to(self, role: str) -> bool:
        """Whether who acts in `role` finds the page."""
        return self.roles is None or role in self.roles

    @property
    def keeps_drafts(self) -> bool:
        """Whether what is typed here is kept when the session has ended meanwhile: not what concerns one's own account."""
        return self.method == "POST" and self.access == CONTEXT and self.needs_token


def build_blueprint(routes: tuple[PageRoute, ...]) -> Blueprint:
    """The routes as Flask serves them, each behind the defence against forged posts."""
    blueprint = Blueprint("desk_pages", __name__)
    for route in routes:
        endpoint = f"{route.view.__module__.rpartition('.')[2]}-{route.view.__name__}-{route.method}"
        blueprint.add_url_rule(route.path, endpoint, _protect(route), methods=[route.method])
    return blueprint


def redirect_to(address: str) -> Response:
    """303: the browser goes on to `address` with a GET (RFC 9110 §15.4.4)."""
    response = redirect(address, 303)
    response.headers.extend(PAGE_HEADERS)
    return response


def _protect(route: PageRoute) -> Callable[..., Response]:
    @require(route.access)
    @wraps(route.view)
    def answer(**values: Any) -> Response:
        visit = get_visit()
        if not route.is_open_to(visit.present.role if visit.present else ""):
            abort(404)
        if route.method == "POST" and not _is_genuine(route, visit):
            if route.keeps_drafts and is_of_former_session(visit):
                return _lead_back_with_draft(visit, get_own_address(visit))
            abort(403)
        response = _answer(route, visit, values)
        if not route.keeps_drafts and route.access == CONTEXT and response.status_code == 200:
            show_draft(visit, response)
        return response

    return answer


def _answer(route: PageRoute, visit: Visit, values: dict[str, Any]) -> Response:
    """What the view answers, or what its refusal leads to."""
    try:
        response = route.view(visit, **values)
    except NotFound:
        abort(404)
    except Busy:
        # Passwords are hashed one a core (LA-2).
        response = render_error_page(429)
        response.headers["Retry-After"] = "1"
        return response
    except Refused as refusal:
        if isinstance(refusal, SignInNeeded | ContextNeeded):
            raise
        if refusal.problems[0].code != "step-up-needed":
            abort(403)
        address = lead_to(PROOF_HREF, get_own_address(visit))
        return _lead_back_with_draft(visit, address) if route.keeps_drafts else redirect_to(address)
    if route.keeps_drafts:
        forget_sent_draft(visit)
    return response


def _lead_back_with_draft(visit: Visit, address: str) -> Response:
    """Go on to `address` with what was typed kept, which the page shows again."""
    response = redirect_to(address)
    keep_form(visit, response, visit.session)
    return response


def _is_genuine(route: PageRoute, visit: Visit) -> bool:
    if not is_from_here(request.headers, visit.settings.base_url):
        return False
    expected = visit.make_csrf_token() if route.needs_token else ""
    return not expected or has_token(_read_token(), expected)


def _read_token() -> str:
    return request.headers.get("X-CSRF", "") or request.form.get("csrf", "")


def get_own_address(visit: Visit) -> str:
    """The address to come back to: of the page itself, or of the page that a form was sent from."""
    if request.method != "GET":
        return read_referrer(request.headers.get("Referer", ""), visit.settings.base_url)
    query = request.query_string.decode("ascii", "replace")
    return read_target(f"{request.path}?{query}" if query else request.path)
