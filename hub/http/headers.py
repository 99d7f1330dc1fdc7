"""The security headers of every answer (`docs/security.md` SE-6).

A view may replace the defaults, as pages do with their own Content-Security-Policy and Referrer-Policy. Other views get the
strict ones.
"""

from __future__ import annotations

from collections.abc import Callable

from hub.http.request_context import RequestContext

Headers = list[tuple[str, str]]

# No view sets these, so they are added without looking for them.
_ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
_OVER_HTTPS = [("Strict-Transport-Security", "max-age=63072000; includeSubDomains")]
_DEFAULTS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
]


def make_header_hook(*, https: bool) -> Callable[[Headers, RequestContext], None]:
    """Make the function that adds the headers to an answer. `https`: with Strict-Transport-Security."""
    always = [*_ALWAYS, *_OVER_HTTPS] if https else _ALWAYS

    def add_headers(headers: Headers, context: RequestContext) -> None:
        present = {name.lower() for name, _ in headers}
        headers += [("X-Request-Id", context.request_id), *always]
        headers += [(name, value) for name, value in _DEFAULTS if name.lower() not in present]

    return add_headers
