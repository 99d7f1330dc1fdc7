"""What the house knows of a request while it passes: its name, when it came, and, once known, its route and its client.

It stands in the WSGI environment, so that what surrounds the application reads it after the application is done.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from flask import has_request_context, request

_KEY = "hub.http.request_context"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(slots=True)
class RequestContext:
    """`method` and `route` (its template) stay empty where no route takes the request, `client` where nobody is proven to
    ask. `started`: on the monotonic clock, in seconds."""

    request_id: str
    started: float = field(default_factory=time.monotonic)
    method: str = ""
    route: str = ""
    client: str = ""


def begin_context(environ: dict[str, Any]) -> RequestContext:
    """The passage of the request `environ`, named as its caller named it if that is plain enough to be logged."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    named = given if given and _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
    made = environ[_KEY] = RequestContext(named)
    return made


def get_context(environ: dict[str, Any]) -> RequestContext:
    """That of the request `environ`."""
    found: RequestContext = environ[_KEY]
    return found


def passage() -> RequestContext:
    """That of the request at hand."""
    return get_context(request.environ)


def get_request_id() -> str:
    """The name of the request at hand, or "" when there is none."""
    known = request.environ.get(_KEY) if has_request_context() else None
    return known.request_id if known else ""
