"""What surrounds every answer of the hub, whichever door gave it: a name, headers, a line in the log, a count.

Around the WSGI application rather than in Flask's hooks: what is done for each request costs as little as it can, and no
answer leaves without it, those to which no view came either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry

from hub.http.headers import make_header_hook
from hub.http.log import make_logger, make_request_logger
from hub.http.metrics import make_request_counter
from hub.http.request_context import begin_context

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def install_middleware(app: Flask, *, https: bool) -> None:
    """Surround `app`. `app.extensions["log"]` is the machine's log, `app.extensions["metrics"]` its figures' registry."""
    app.extensions["log"] = make_logger()
    registry = app.extensions["metrics"] = CollectorRegistry()
    hooks = make_header_hook(https=https), make_request_logger(), make_request_counter(registry)
    app.wsgi_app = wrap_application(app.wsgi_app, *hooks)  # type: ignore[assignment,method-assign]


def wrap_application(
    inner: Application, protect: Callable[..., None], write: Callable[..., None], count: Callable[..., None]
) -> Application:
    """`inner` with what happens to each of its answers, when their status and headers are known."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        passing = begin_context(environ)

        def start(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            protect(headers, passing)
            code = int(status[:3])
            write(passing, code)
            count(passing, code)
            return start_response(status, headers, *fault)

        return inner(environ, start)

    return application
