"""The headers of every answer: the request's name, nothing stored, nothing framed, nothing guessed.

`security.md` SE-6. A view may say more (the desk its own Content-Security-Policy), never less by forgetting.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")

# No view says these: they are added without a look for them, at each answer.
_ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
_OVER_HTTPS = [("Strict-Transport-Security", "max-age=63072000; includeSubDomains")]
_UNLESS_SAID = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
]


def name_requests(app: Flask) -> None:
    """Give each request an id: the caller's when it is plain enough to be logged, else a random one."""

    @app.before_request
    def name() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


def protect_answers(app: Flask, *, https: bool) -> None:
    """Put the headers on each answer; Strict-Transport-Security where the hub is reached by https."""

    always = [*_ALWAYS, *_OVER_HTTPS] if https else _ALWAYS

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        missing = [(name, value) for name, value in _UNLESS_SAID if name not in headers]
        headers.extend([("X-Request-Id", g.request_id), *always, *missing])
        return response
