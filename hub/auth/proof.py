"""Client authentication by a signed assertion (`docs/security.md` CA-2 to CA-11; RFC 7523 §3; SMART, asymmetric clients).

authlib's class gives the order of the steps. Its own rules do not fit SMART (`docs/security.md` §1.6.1, §1.6.2, §1.6.8): it
refuses SMART's two algorithms, and accepts any `exp`, lists in `aud` and any header. So each rule is replaced here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import ceil
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError, OAuth2Error
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from hub.administration.public_keys import ALGORITHMS
from hub.auth.client import PRIVATE_KEY_JWT, OAuthClient
from hub.auth.config import AuthConfig
from hub.auth.form import FormRequest
from hub.http.log import make_logger
from hub.http.request_context import get_request_id
from hub.record.clients.tokens import remember_assertion
from hub.record.db.store import Store

MAX_CHARACTERS = 8 * 1024
LEEWAY = 30  # seconds by which clocks may differ
MAX_LIFETIME = 300  # seconds from now to `exp`, leeway apart
# Errors of authlib and joserfc → what they are about; any other is about the form of the assertion.
_REASONS = {"InvalidClientError": "sub", "BadSignatureError": "signature"}
# `typ` is a media type without "application/", whose case says nothing (RFC 7515 §4.1.9, RFC 7519 §5.1).
_TYPES = ("jwt", "application/jwt")


class _AssertionRefused(Exception):  # noqa: N818 - an answer, not a fault of the hub
    """The assertion is refused. The argument names the claim or header at fault; it never quotes the sender."""


class ClientRefused(InvalidClientError):  # type: ignore[misc]  # noqa: N818 - authlib has no types; an answer, no fault
    """The client is not authenticated. `reason`: the claim, header or step at fault, in a word of the hub's."""

    def __init__(self, reason: str) -> None:
        super().__init__(status_code=401)
        self.reason = reason


class ClientAssertionAuth(JWTBearerClientAssertion):  # type: ignore[misc]  # authlib has no types
    """The authentication method `private_key_jwt`."""

    CLIENT_AUTH_METHOD = PRIVATE_KEY_JWT

    def __init__(self, config: AuthConfig, get_store: Callable[[], Store]) -> None:
        super().__init__()
        self._config = config
        self._get_store = get_store

    def __call__(self, query_client: Callable[[str], OAuthClient | None], request: FormRequest) -> OAuthClient | None:
        """The client that `request` authenticates, or None without an assertion. All failures get the same answer (CA-10)."""
        if "client_assertion" not in request.form:
            return None
        try:
            client: OAuthClient | None = super().__call__(query_client, request)
            if client is None or request.form.get("client_id", client.get_client_id()) != client.get_client_id():
                raise _AssertionRefused("client_assertion_type or client_id")
        except (OAuth2Error, JoseError, _AssertionRefused, ValueError, TypeError, KeyError, RecursionError) as error:
            # authlib and joserfc raise any of these for hostile input.
            reason = str(error) if isinstance(error, _AssertionRefused) else _REASONS.get(type(error).__name__, "form")
            make_logger().warning("client assertion refused", request_id=get_request_id(), reason=reason)
            raise ClientRefused(reason) from None
        return client

    def extract_assertion(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        if len(assertion) > MAX_CHARACTERS:
            raise _AssertionRefused("size")
        try:
            header, claims = super().extract_assertion(assertion)
        except OAuth2Error:
            raise _AssertionRefused("form") from None
        _check_header(header)
        return header, claims

    def resolve_client_public_key(self, client: OAuthClient) -> OAuthClient:
        """The client itself: `process_assertion_claims` chooses its key by the header."""
        return client

    def process_assertion_claims(self, assertion: str, client: OAuthClient) -> dict[str, Any]:
        header = jws.extract_compact(assertion.encode("ascii")).headers()
        token = jwt.decode(assertion, _find_key(client, header), algorithms=list(ALGORITHMS))
        self.verify_claims(token.claims)
        self._use_once(token.claims, header["kid"])
        return token.claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        now = self._get_store().now() // 1_000_000
        if not isinstance(claims.get("iss"), str) or claims["iss"] != claims.get("sub"):
            raise _AssertionRefused("iss")
        if _get_audience(claims) not in self._config.audiences:
            raise _AssertionRefused("aud")
        # A NumericDate may have a fraction (RFC 7519 §2).
        if (
            type(claims.get("exp")) not in (int, float)
            or not now - LEEWAY < claims["exp"] <= now + MAX_LIFETIME + LEEWAY
        ):
            raise _AssertionRefused("exp")
        for name in ("nbf", "iat"):
            if name in claims and (type(claims[name]) not in (int, float) or not claims[name] <= now + LEEWAY):
                raise _AssertionRefused(name)

    def _use_once(self, claims: dict[str, Any], kid: str) -> None:
        """Refuse a `jti` that this client has used before (CA-8), and note the use of the key."""
        jti = claims.get("jti")
        # Printable: PostgreSQL stores neither NUL nor half a surrogate.
        if not isinstance(jti, str) or not 1 <= len(jti) <= 255 or not jti.isprintable():
            raise _AssertionRefused("jti")
        until = (ceil(claims["exp"]) + LEEWAY) * 1_000_000
        if not remember_assertion(self._get_store(), claims["sub"], jti, until, kid):
            raise _AssertionRefused("jti used before")


def _get_audience(claims: dict[str, Any]) -> str | None:
    """The one audience, as a string or an array of one (RFC 7519 §4.1.3). None for several: another of them could use the
    assertion at the hub, in the name of the client."""
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    return audience if isinstance(audience, str) else None


def _check_header(header: dict[str, Any]) -> None:
    """Refuse a header that CA-3 forbids. `typ` may be absent (RFC 7519 §5.1).

    `jku` must be the registered URL, and none is registered; `crit` requires extensions, and none is supported. `jwk`, `x5u` and
    `x5c` are ignored: keys come from the registration only.
    """
    if not isinstance(type_ := header.get("typ", "JWT"), str) or type_.lower() not in _TYPES:
        raise _AssertionRefused("typ")
    if header.get("alg") not in ALGORITHMS:
        raise _AssertionRefused("alg")
    if not isinstance(header.get("kid"), str):
        raise _AssertionRefused("kid")
    if not header.keys().isdisjoint({"jku", "crit", "b64"}):
        raise _AssertionRefused("jku, crit or b64")


def _find_key(client: OAuthClient, header: dict[str, Any]) -> ECKey | RSAKey:
    """The client's key with the `kid` and `alg` of the header (CA-4)."""
    matches = [key for key in client.partner.keys if (key.kid, key.alg) == (header["kid"], header["alg"])]
    if len(matches) != 1:
        raise _AssertionRefused("kid")
    key = import_key(json.loads(matches[0].jwk))
    if not isinstance(key, ECKey | RSAKey):
        raise _AssertionRefused("kty")
    return key
