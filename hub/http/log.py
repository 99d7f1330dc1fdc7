"""One JSON line on standard output for each request and each fault, from a closed list of fields.

The route's template stands for the path: identifiers, query strings, bodies, names and tokens never reach a log
(`docs/leaks.md` L140, `docs/security.md` §6.4). A fault is its type and its place in the code; its text may hold a value.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import structlog
from flask import Flask

from hub.http.request_context import RequestContext, get_request_id


def make_logger() -> structlog.typing.FilteringBoundLogger:
    """A logger that writes JSON lines on the present standard output."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stdout),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_dump_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    # Bound once: what `wrap_logger` gives would put itself together again for each line.
    return logger.bind()


def _dump_json(line: dict[str, object], **_options: object) -> str:
    return msgspec.json.encode(line).decode()


def make_request_logger() -> Callable[[RequestContext, int], None]:
    """What writes the line of a request, when its answer, of this status, is ready to leave.

    The lines of `make_logger`, without its processors: there is one for each request."""
    out = structlog.WriteLogger(sys.stdout)

    def write(of: RequestContext, status: int) -> None:
        line = {
            "request_id": of.request_id,
            "client": of.client,
            "method": of.method,
            "route": of.route,
            "status": status,
            "ms": round((time.monotonic() - of.started) * 1000, 1),
            "event": "request",
            "level": "info",
            "at": datetime.now(UTC),
        }
        out.msg(_dump_json(line))

    return write


def log_fault(app: Flask, fault: BaseException) -> None:
    """Write where `fault` was raised and of which type it is; not what it says."""
    frames = traceback.extract_tb(fault.__traceback__)
    app.extensions["log"].error(
        "fault",
        request_id=get_request_id(),
        type=type(fault).__name__,
        places=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    )
