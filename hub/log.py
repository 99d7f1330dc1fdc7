"""One JSON line on standard output for each request and each fault, from a closed list of fields.

The route's template stands for the path: identifiers, query strings, bodies, names and tokens never reach a log
(`leaks.md` L140, `security.md` §6.4). A fault is its type and its place in the code; its text may hold a value.
"""

from __future__ import annotations

import sys
import time
import traceback

import msgspec
import structlog
from flask import Flask, Response, g, request


def machine_log() -> structlog.typing.FilteringBoundLogger:
    """A logger that writes JSON lines on the present standard output."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stdout),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    # Bound once: what `wrap_logger` gives would put itself together again for each line.
    return logger.bind()


def _json(line: dict[str, object], **_options: object) -> str:
    return msgspec.json.encode(line).decode()


def log_requests(app: Flask) -> None:
    """Write the line of each request of `app`, when its answer is ready to leave."""
    log = machine_log()
    app.extensions["log"] = log

    @app.before_request
    def start() -> None:
        g.started = time.monotonic()

    @app.after_request
    def write(response: Response) -> Response:
        actor = g.get("actor")
        log.info(
            "request",
            request_id=g.request_id,
            client=actor.client if actor else "",
            method=request.method if request.url_rule else "",
            route=request.url_rule.rule if request.url_rule else "",
            status=response.status_code,
            ms=round((time.monotonic() - g.started) * 1000, 1),
        )
        return response


def log_fault(app: Flask, fault: BaseException) -> None:
    """Write where `fault` was raised and of which type it is; not what it says."""
    frames = traceback.extract_tb(fault.__traceback__)
    app.extensions["log"].error(
        "fault",
        request_id=g.get("request_id", ""),
        type=type(fault).__name__,
        places=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    )
