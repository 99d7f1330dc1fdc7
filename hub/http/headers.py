"""The headers of every answer: the request's name, nothing stored, nothing framed, nothing guessed.

`docs/security.md` SE-6. A view may say more (the desk its own Content-Security-Policy), never less by forgetting.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.http.request_context import RequestContext

Headers = list[tuple[str, str]]

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


def make_header_hook(*, https: bool) -> Callable[[Headers, RequestContext], None]:
    """What puts the headers on an answer; Strict-Transport-Security where the hub is reached by https."""
    always = [*_ALWAYS, *_OVER_HTTPS] if https else _ALWAYS

    def protect(headers: Headers, of: RequestContext) -> None:
        said = {name.lower() for name, _ in headers}
        headers += [("X-Request-Id", of.request_id), *always]
        headers += [(name, value) for name, value in _UNLESS_SAID if name.lower() not in said]

    return protect
