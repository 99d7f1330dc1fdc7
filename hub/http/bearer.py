"""Bearer tokens in HTTP: the Authorization header and its challenges (RFC 6750; `docs/security.md` RS-1, RS-2).

No database here, so that every route may import it; `hub.auth` finds the actor of a token.
"""

from __future__ import annotations

import re

from hub.domain.errors import Malformed, Refused

CHALLENGE = 'Bearer realm="fhir"'
CHALLENGE_INVALID_TOKEN = f'{CHALLENGE}, error="invalid_token"'
CHALLENGE_INSUFFICIENT_SCOPE = f'{CHALLENGE}, error="insufficient_scope"'

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # 256 random bits in base64url, the only form that the hub issues


class Unauthenticated(Refused):
    """The request is not authenticated: HTTP 401 with `challenge` as WWW-Authenticate."""

    def __init__(self, code: str, challenge: str) -> None:
        super().__init__(code)
        self.challenge = challenge


def make_missing_token_error() -> Unauthenticated:
    """Return the error for a request without credentials; its challenge has no error code (RFC 6750 §3.1)."""
    return Unauthenticated("token-required", CHALLENGE)


def make_invalid_token_error() -> Unauthenticated:
    """Return the error for a token that is unknown, expired, revoked or malformed, the same for all."""
    return Unauthenticated("token-invalid", CHALLENGE_INVALID_TOKEN)


def read_token(authorization: str | None) -> str:
    """Return the token in the value of an Authorization header, the only place where tokens are accepted.

    Raises Unauthenticated without a token of the form that the hub issues, and Malformed `token-twice` for two headers, which
    WSGI joins with a comma (no token contains one)."""
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
