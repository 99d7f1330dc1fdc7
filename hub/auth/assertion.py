"""The client's side: the signed assertion that stands in for a password (RFC 7523; SMART Backend Services, step 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import import_key

from hub.auth.keys import ALGORITHMS

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = 240  # seconds: SMART allows 300, and clocks differ


def make_assertion(jwk: Mapping[str, Any], client_id: str, token_url: str, now: int, jti: str) -> str:
    """An assertion by the private `jwk` (with `kid` and `alg`) that `client_id` asks at `token_url`.

    `now`: seconds since 1970. `jti`: never used before by this client. Raises joserfc's errors on an unusable key.
    """
    claims = {"iss": client_id, "sub": client_id, "aud": token_url, "exp": now + LIFETIME, "iat": now, "jti": jti}
    header = {"typ": "JWT", "alg": jwk["alg"], "kid": jwk["kid"]}
    return jwt.encode(header, claims, import_key(dict(jwk)), algorithms=list(ALGORITHMS))
