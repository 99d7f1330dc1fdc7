"""The fast path: plain GETs of the routes that are called most, answered without Flask.

Handlers, guard and bytes are those of the Flask views (`tests/hub/api/test_fast_path.py`). It saves routing, contexts and
response objects, which cost more CPU than the token, the slice and its trace together (`docs/performance.md`). Everything else
goes through Flask: other paths, methods and statuses, and every error except 429.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from flask import Flask, Response

from hub.api.http.body import NO_BODY
from hub.api.http.query_string import get_query
from hub.api.http.request import ApiRequest, Service
from hub.api.http.response import render
from hub.api.http.route import PREFIX, Handler, Route, RouteTable
from hub.api.resources.operation_outcome import answer_error
from hub.domain.resource_types import TYPES
from hub.http.rate_limit import RateExceeded
from hub.http.request_context import get_context

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# The values that a path parameter may have here; a path with another one goes through Flask.
_PATTERNS = {"resource_type": "[A-Za-z]{1,40}", "resource_id": r"[A-Za-z0-9\-.]{1,64}"}


class _FastRoute(NamedTuple):
    """A route of the fast path. `match`: matches the whole path. `types`: the resource types whose paths Flask routes to the
    same row."""

    match: Callable[[str], re.Match[str] | None]
    types: frozenset[str]
    authentication: str
    template: str
    handler: Handler


def add_fast_path(app: Flask, inner: Application, service: Service, routes: RouteTable) -> Application:
    """Return `inner`, the WSGI application of `app`, with the fast path in front of it."""
    fast_routes = [_make_fast_route(app, route) for route in routes if route.fast]
    guard, read_lock = service.guard, service.store.read_lock

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return inner(environ, start_response)
        path = environ["PATH_INFO"]
        for route in fast_routes:
            match = route.match(path)
            if match is not None and match["resource_type"] in route.types:
                break
        else:
            return inner(environ, start_response)
        context = get_context(environ)
        context.method, context.route = "GET", route.template
        try:
            with read_lock:
                actor = guard.admit(environ, route.authentication)
                record = None if actor is None else service.open_record(actor)
                query = get_query(environ)
                request = ApiRequest(service, context, "GET", match.groupdict(), query, environ, NO_BODY, record)
                answer = route.handler(request)
                body, status, headers = render(answer, environ)
        except RateExceeded as error:
            # Not through Flask, so that a refusal costs less than an answer.
            answer = answer_error(error)
            body, status, headers = render(answer, environ)
        except Exception as error:
            with app.request_context(environ):
                return app.make_response(app.handle_user_exception(error))(environ, start_response)
        headers.extend(answer.headers)
        if status != 200:
            return Response(body, status, headers)(environ, start_response)
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return [body]

    return application


def _make_fast_route(app: Flask, route: Route) -> _FastRoute:
    """Return the fast route of `route` for the stored types, except those whose path another view of `app` takes."""
    pattern = "".join(
        f"/(?P<{segment.parameter}>{_PATTERNS[segment.parameter]})" if segment.parameter else f"/{segment.text}"
        for segment in route.segments
    )
    urls = app.url_map.bind("")
    types = frozenset(
        resource_type
        for resource_type in TYPES
        if urls.match(_fill(route.template, resource_type), "GET", return_rule=True)[0].rule == route.template
    )
    return _FastRoute(
        re.compile(f"{PREFIX}{pattern}/?", re.ASCII).fullmatch,
        types,
        route.authentication,
        route.template,
        route.handler,
    )


def _fill(template: str, resource_type: str) -> str:
    """Return a path that matches `template`."""
    return re.sub(r"<\w+>", "x", template.replace("<resource_type>", resource_type))
