"""Who may open a page: the marks that the guard of `hub.http.guards` knows beyond those of the API.

`VISITOR`: anybody, and a session is known if there is one. `SESSION`: whoever is signed in. `CONTEXT`: whoever acts for an
organisation, or for oneself, in a role. Without a session SignInNeeded, without a context ContextNeeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hub.desk.web.visit import Desk, begin_visit
from hub.domain.actor import Actor
from hub.http.guards import Authenticate

VISITOR: Final = "page for anybody"
SESSION: Final = "page for whoever is signed in"
CONTEXT: Final = "page for an acting context"


def make_page_authentications(desk: Desk) -> dict[str, Authenticate]:
    """What each mark of pages requires. The actor is that of the session, None while it has no acting context."""

    def admit_visitor(environ: Mapping[str, Any]) -> Actor | None:
        visit = begin_visit(environ, desk)
        return visit.actor if visit.present and visit.present.party else None

    def require_session(environ: Mapping[str, Any]) -> Actor | None:
        session = begin_visit(environ, desk).session
        return begin_visit(environ, desk).actor if session.party else None

    def require_context(environ: Mapping[str, Any]) -> Actor | None:
        return begin_visit(environ, desk).actor

    return {VISITOR: admit_visitor, SESSION: require_session, CONTEXT: require_context}
