"""The log: one JSON line on standard output for each request and each fault, with a closed list of fields.

A request is logged with the template of its route, not its path: identifiers, query strings, bodies, names and tokens are never
logged (`docs/leaks.md` L140, `docs/security.md` §6.4). A fault is logged as its type and place in the code, since its message may
hold a value.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

import msgspec
import structlog
from flask import Flask

from hub.http.metrics import LOST_LINES
from hub.http.request_context import RequestContext, get_request_id


@dataclass(frozen=True)
class LossyStream:
    """`stream`, which may be a full disk or a pipe that nobody reads: what cannot be written is counted and dropped.

    Requests are logged after they are committed, so an error here would withhold the answer to a write that took place.
    """

    stream: TextIO

    def write(self, line: str) -> None:
        try:
            self.stream.write(line)
        except (OSError, ValueError):  # ValueError: the stream is closed
            LOST_LINES.inc()

    def flush(self) -> None:
        try:
            self.stream.flush()
        except (OSError, ValueError):
            LOST_LINES.inc()


def make_logger() -> structlog.typing.FilteringBoundLogger:
    """Make a logger that writes JSON lines on the present standard output."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(LossyStream(sys.stdout)),  # type: ignore[arg-type]  # it writes and flushes, no more
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_dump_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    # Bound once: the lazy proxy of `wrap_logger` would build the logger again for each line.
    return logger.bind()


def _dump_json(line: dict[str, object], **_options: object) -> str:
    return msgspec.json.encode(line).decode()


def make_request_logger() -> Callable[[RequestContext, int], None]:
    """Make the function that logs a request with the status of its answer.

    It writes the same lines as `make_logger`, without structlog's processors, which would cost too much at each request.
    """
    out = structlog.WriteLogger(LossyStream(sys.stdout))  # type: ignore[arg-type]

    def write_line(context: RequestContext, status: int) -> None:
        line = {
            "request_id": context.request_id,
            "client": context.client,
            "method": context.method,
            "route": context.route,
            "status": status,
            "ms": round((time.monotonic() - context.started) * 1000, 1),
            "event": "request",
            "level": "info",
            "at": datetime.now(UTC),
        }
        out.msg(_dump_json(line))

    return write_line


def log_fault(app: Flask, fault: BaseException) -> None:
    """Log the type of `fault` and the last six places of its traceback, not its message."""
    frames = traceback.extract_tb(fault.__traceback__)
    app.extensions["log"].error(
        "fault",
        request_id=get_request_id(),
        type=type(fault).__name__,
        places=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    )
