"""The first page: `/` leads each role to its own; `/accueil` is that of roles which have no other yet."""

from __future__ import annotations

from werkzeug.wrappers import Response

from hub.desk.kit import render_page
from hub.desk.web.routes import PageRoute, redirect_to
from hub.desk.web.visit import Visit

WELCOME_HREF = "/accueil"


def make_first_page_view(routes: tuple[PageRoute, ...]) -> PageRoute:
    """The route of `/`, which leads each role to the first of `routes` that is for it."""

    def lead_to_first_page(visit: Visit) -> Response:
        role = visit.actor.role
        own = (route.path for route in routes if route.is_first and route.is_open_to(role))
        return redirect_to(next(own, WELCOME_HREF))

    return PageRoute("/", lead_to_first_page)


def show_welcome(visit: Visit) -> Response:
    """Who is here and in whose name, and where one's own things are."""
    return render_page("accueil.html", name=visit.session.name)
