"""`/admin/sources`: the ways in, who may send to each, and a try that keeps nothing.

A source is a table of `config/sources.toml`; `hub source add` adds one at the machine.
"""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from hub.administration.sources import SourceState, find_obstacles, list_sources
from hub.desk.admin.forms import get_scope
from hub.desk.kit import render_page
from hub.desk.web.role_titles import get_role_title
from hub.desk.web.visit import Visit
from hub.domain.errors import NotFound
from hub.domain.messages import get_text


def show_sources(visit: Visit) -> Response:
    """Every source with the clients that may send to it."""
    states = _list_own(visit)
    return render_page("admin-sources.html", rows=[(state, get_role_title(state.source.role)) for state in states])


def show_source(visit: Visit, name: str) -> Response:
    """One source: what it expects, what is missing, and the form of a try."""
    return _render(visit, _get_own(visit, name))


def take_try(visit: Visit, name: str) -> Response:
    """Read a message as it would be read if a partner sent it. Nothing is kept, and nothing of it is shown."""
    state = _get_own(visit, name)
    upload = request.files.get("fichier")
    body = upload.stream.read() if upload is not None else b""
    if not body:
        return _render(visit, state, {"fichier": gettext("Choisissez le fichier d'un message à essayer.")}, 422)
    problems = find_obstacles(visit.store, state.source, body, demo=visit.settings.demo)
    lines = [(problem.where, get_text(problem.code, visit.language)) for problem in problems]
    return _render(visit, state, result=lines, was_tried=True)


def _list_own(visit: Visit) -> list[SourceState]:
    """All sources; for the administrator of one organisation those to which its clients may send."""
    scope = get_scope(visit)
    return [
        state
        for state in list_sources(visit.store)
        if not scope or any(partner.party == scope for partner in state.senders)
    ]


def _get_own(visit: Visit, name: str) -> SourceState:
    state = next((state for state in _list_own(visit) if state.source.name == name), None)
    if state is None:
        raise NotFound
    return state


def _render(
    visit: Visit,
    state: SourceState,
    errors: dict[str, str] | None = None,
    status: int = 200,
    result: list[tuple[str, str]] | None = None,
    *,
    was_tried: bool = False,
) -> Response:
    scope = get_scope(visit)
    return render_page(
        "admin-source.html",
        status,
        errors=errors or {},
        state=state,
        senders=[partner for partner in state.senders if scope in ("", partner.party)],
        role=get_role_title(state.source.role),
        media_types=", ".join(state.source.adapter.media_types),
        result=result or [],
        was_tried=was_tried,
    )
