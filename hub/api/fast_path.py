"""The straight way: read and search by GET, the doors that are knocked at all day, without Flask around them.

The same functions as the views', by another adapter, and the same bytes (`tests/hub/api/test_fast_path.py`): routing, contexts
and response objects cost more than the token, the slice and its trace together. What is not a plain answer goes the
ordinary way: any other path, method or status, and every error, which Flask's handlers tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, Response

from hub.api.http.query_string import get_query, parse_pairs
from hub.api.http.response import Answer, render
from hub.api.interactions.read import read_asked, read_view
from hub.api.interactions.search import search_asked, search_view
from hub.domain.actor import Actor
from hub.domain.resource_types import TYPES
from hub.http.request_context import get_context
from hub.record.repository.record import Record

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_PATH = re.compile(r"/fhir/([A-Za-z]{1,40})(?:/([A-Za-z0-9\-.]{1,64}))?", re.ASCII)


def straight(
    app: Flask,
    inner: Application,
    open_record: Callable[[Actor], Record],
    base_url: str,
    *,
    know: Callable[[str | None], Actor],
    turn: AbstractContextManager[object],
) -> Application:
    """`inner`, the application of `app`, with the straight way before it.

    `open_record`: the record for an actor. `know`: whom an Authorization header stands for, as the guard asks it. `turn`:
    entered by each request while it is worked on (`hub.record.db.store`).
    """
    short = _types(app)

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = _PATH.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        if found is None or found[1] not in short:
            return inner(environ, start_response)
        resource_type, resource_id = found.groups()
        passing = get_context(environ)
        passing.method, passing.route = "GET", short[resource_type][resource_id is not None]
        try:
            with turn:
                actor = know(environ.get("HTTP_AUTHORIZATION"))
                passing.client = actor.client
                answer = _answer(open_record(actor), base_url, environ, resource_type, resource_id)
                body, status, headers = render(answer, environ)
        except Exception as fault:
            with app.request_context(environ):
                return app.make_response(app.handle_user_exception(fault))(environ, start_response)
        if status != 200:
            return Response(body, status, headers)(environ, start_response)
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return [body]

    return application


def _answer(repository: Record, base_url: str, environ: Environ, resource_type: str, resource_id: str | None) -> Answer:
    if resource_id is not None:
        return read_asked(repository, environ, resource_type, resource_id)
    return search_asked(repository, base_url, environ, resource_type, parse_pairs(get_query(environ)))


def _types(app: Flask) -> dict[str, tuple[str, str]]:
    """The types whose search and read `app` routes to the views that the straight way stands for, with the templates
    of these routes."""
    urls = app.url_map.bind("")
    found = {}
    for name in TYPES:
        rules = [urls.match(path, "GET", return_rule=True)[0] for path in (f"/fhir/{name}", f"/fhir/{name}/x")]
        if [app.view_functions[rule.endpoint] for rule in rules] == [search_view, read_view]:
            found[name] = (rules[0].rule, rules[1].rule)
    return found
