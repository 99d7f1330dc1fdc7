"""Bearer tokens on the wire: how one is shown, and how the hub asks for one (RFC 6750; `docs/security.md` RS-1, RS-2).

Words only, so that every exit may import them: who the token stands for is the business of `hub.auth`.
"""

from __future__ import annotations

import re

from hub.domain.errors import Malformed, Refused

CHALLENGE = 'Bearer realm="fhir"'
CHALLENGE_INVALID_TOKEN = f'{CHALLENGE}, error="invalid_token"'
CHALLENGE_INSUFFICIENT_SCOPE = f'{CHALLENGE}, error="insufficient_scope"'

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # 256 bits in base64url, the only form that the hub issues


class Unauthenticated(Refused):
    """Nobody is proven to ask: HTTP 401, with `challenge` as its WWW-Authenticate."""

    def __init__(self, code: str, challenge: str) -> None:
        super().__init__(code)
        self.challenge = challenge


def make_missing_token_error() -> Unauthenticated:
    """No credentials came with the request: no error code, RFC 6750 §3.1."""
    return Unauthenticated("token-required", CHALLENGE)


def make_invalid_token_error() -> Unauthenticated:
    """Credentials came, and open nothing: unknown, expired, revoked and malformed are one answer."""
    return Unauthenticated("token-invalid", CHALLENGE_INVALID_TOKEN)


def read_token(authorization: str | None) -> str:
    """The token in the value of an Authorization header, the only place where one is looked for.

    Raises Unauthenticated when there is none or none that the hub could have issued, and Malformed `token-twice` when
    there were two headers (WSGI joins them with a comma, which no token holds).
    """
    if not authorization:
        raise make_missing_token_error()
    if "," in authorization:
        raise Malformed("token-twice", where="Authorization")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise make_missing_token_error()
    if _TOKEN.fullmatch(token) is None:
        raise make_invalid_token_error()
    return token
