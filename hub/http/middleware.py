"""What happens to every answer of the hub, whichever blueprint gave it: a request id, headers, a line in the log, a count.

It wraps the WSGI application instead of using Flask's hooks: it costs less, and answers without a view pass through it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry

from hub.http.headers import make_header_hook
from hub.http.log import make_logger, make_request_logger
from hub.http.metrics import LOST_LINES, make_request_counter
from hub.http.request_context import begin_context

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def install_middleware(app: Flask, *, https: bool) -> None:
    """Wrap `app`. Sets `app.extensions["log"]`, the logger, and `app.extensions["metrics"]`, the registry of the metrics."""
    app.extensions["log"] = make_logger()
    registry = app.extensions["metrics"] = CollectorRegistry()
    registry.register(LOST_LINES)
    hooks = make_header_hook(https=https), make_request_logger(), make_request_counter(registry)
    app.wsgi_app = wrap_application(app.wsgi_app, *hooks)  # type: ignore[assignment,method-assign]


def wrap_application(
    inner: Application, add_headers: Callable[..., None], log: Callable[..., None], count: Callable[..., None]
) -> Application:
    """Return `inner` with the three hooks, which are called once the status and the headers of an answer are known."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        context = begin_context(environ)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            add_headers(headers, context)
            code = int(status[:3])
            log(context, code)
            count(context, code)
            return start_response(status, headers, *exc_info)

        return inner(environ, start)

    return application
