"""The client's side: the signed assertion by which it authenticates (RFC 7523; SMART Backend Services, step 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import import_key

from hub.administration.public_keys import ALGORITHMS

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = 240  # seconds; SMART allows 300, and clocks differ


def make_assertion(jwk: Mapping[str, Any], client_id: str, token_url: str, now: int, jti: str) -> str:
    """A JWT, signed with the private `jwk` (with `kid` and `alg`), that authenticates `client_id` at `token_url`.

    `now`: seconds since 1970. `jti`: an identifier that this client has not used before. Raises the errors of joserfc for a key
    that cannot sign.
    """
    claims = {"iss": client_id, "sub": client_id, "aud": token_url, "exp": now + LIFETIME, "iat": now, "jti": jti}
    header = {"typ": "JWT", "alg": jwk["alg"], "kid": jwk["kid"]}
    return jwt.encode(header, claims, import_key(dict(jwk)), algorithms=list(ALGORITHMS))
