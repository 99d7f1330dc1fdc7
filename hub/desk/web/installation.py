"""Pages in an application: the kit, the table of routes, and where those go who are not signed in."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

from hub.desk.error_pages import render_error_page
from hub.desk.frame import Language
from hub.desk.kit import install_kit
from hub.desk.web.cookies import LANGUAGE
from hub.desk.web.ended import lead_to_sign_in
from hub.desk.web.frames import CONTEXTS_HREF, make_frame, use_plain_frame
from hub.desk.web.local_addresses import is_under, lead_to
from hub.desk.web.routes import PageRoute, build_blueprint, get_own_address, redirect_to
from hub.desk.web.visit import ContextNeeded, Desk, SignInNeeded, get_desk, get_visit, keep_desk
from hub.http.request_context import get_request_id

# What answers programs; anything else is answered to people, in a page.
_OF_PROGRAMS = (
    "/fhir", "/intake", "/oauth", "/.well-known", "/livez", "/readyz", "/version", "/metrics", "/static",
)  # fmt: skip


def install_desk(app: Flask, desk: Desk, routes: tuple[PageRoute, ...]) -> None:
    """Serve `routes` on `app`."""
    keep_desk(app.extensions, desk)
    install_kit(app, lambda: make_frame(routes))
    app.register_blueprint(build_blueprint(routes))

    @app.errorhandler(SignInNeeded)
    def answer_without_session(_error: SignInNeeded) -> Response:
        return lead_to_sign_in(get_visit(), routes)

    @app.errorhandler(ContextNeeded)
    def lead_to_contexts(_error: ContextNeeded) -> Response:
        return redirect_to(lead_to(CONTEXTS_HREF, get_own_address(get_visit())))


def is_for_people(path: str) -> bool:
    """Whether an address is one of people's, whether or not there is a page: its errors are pages."""
    return not is_under(path, _OF_PROGRAMS)


def render_fault(status: int) -> Response:
    """The page of an error. That of a fault of the hub asks nothing of the record, which may be what failed."""
    if status >= 500:
        language: Language = "en" if LANGUAGE.read(request.environ, get_desk().settings.base_url) == "en" else "fr"
        use_plain_frame(language)
    return render_error_page(status, get_request_id())
