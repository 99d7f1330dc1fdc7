"""Handlers and Flask: builds the `ApiRequest` of Flask's current request, and the view of a route."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response, current_app, g, request

from hub.api.http.body import HttpBody
from hub.api.http.request import ApiRequest, Service
from hub.api.http.response import send
from hub.api.http.route import Route
from hub.http.guards import require
from hub.http.request_context import get_context
from hub.settings.settings import Settings


def get_settings() -> Settings:
    """Return the settings of the current application."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def get_service() -> Service:
    """Return the `Service` of the current application."""
    service: Service = current_app.extensions["service"]
    return service


def make_request(params: Mapping[str, str]) -> ApiRequest:
    """Return Flask's current request. `params`: the parameters of its URL. The guard has put the caller into `flask.g.actor`."""
    service, environ = get_service(), request.environ
    return ApiRequest(
        service=service,
        context=get_context(environ),
        method=request.method,
        params=params,
        query=request.query_string,
        headers=environ,
        body=HttpBody(request, service.limits.body),
        opened=None if g.actor is None else service.open_record(g.actor),
    )


def make_view(route: Route) -> Callable[..., Response]:
    """Return the Flask view of a route, marked with its authentication."""

    def view(**params: str) -> Response:
        return send(route.handler(make_request(params)))

    return require(route.authentication)(view)
