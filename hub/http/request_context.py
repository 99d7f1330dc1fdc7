"""What the hub knows of a request while it is answered: its id, when it came, and once known its route and its client.

It is kept in the WSGI environment, so that the middleware can read it after the application has answered.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import has_request_context, request

_KEY = "hub.http.request_context"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(slots=True)
class RequestContext:
    """`method` and `route` (its template) are empty where no route takes the request, `client` where no client is
    authenticated. `started`: on the monotonic clock, in seconds. `address`: the IP address that the request comes from.
    `in_transaction`: it is an entry of a transaction."""

    request_id: str
    started: float = field(default_factory=time.monotonic)
    method: str = ""
    route: str = ""
    client: str = ""
    address: str = ""
    in_transaction: bool = False


def begin_context(environ: dict[str, Any]) -> RequestContext:
    """Put a new context into `environ`. It has the id in X-Request-Id if that is safe to log, else a random one."""
    header = environ.get("HTTP_X_REQUEST_ID", "")
    request_id = header if header and _REQUEST_ID.fullmatch(header) else secrets.token_hex(16)
    context = environ[_KEY] = RequestContext(request_id, address=environ.get("REMOTE_ADDR", ""))
    return context


def get_context(environ: Mapping[str, Any]) -> RequestContext:
    """Return the context of the request `environ`."""
    context: RequestContext = environ[_KEY]
    return context


def get_request_id() -> str:
    """Return the id of Flask's current request, or "" when there is none."""
    context = request.environ.get(_KEY) if has_request_context() else None
    return context.request_id if context else ""
