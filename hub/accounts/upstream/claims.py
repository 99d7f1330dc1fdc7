"""Verify the tokens of an identity provider, and read the person from their claims. Pure (`docs/security.md` §2.3, 3 to 5).

authlib checks what OpenID Connect Core §3.1.3.7 requires; this module checks what authlib leaves to its caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.accounts.upstream.presets import Preset
from hub.accounts.upstream.transport import UpstreamFault

LEEWAY = 30  # seconds by which clocks may differ
OLDEST_TOKEN = 10 * 60
OLDEST_PROOF = 12 * 3_600
_LONGEST_SUBJECT = 255
_LONGEST_NAME = 200

# The exceptions of joserfc and authlib for a malformed or wrong token. authlib's errors are joserfc's since its 1.7.
_FAULTS = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Expected:
    """What an ID token must contain. `now`: in seconds. `oldest_proof`: how many seconds ago the person may have signed in at
    the provider (`auth_time`)."""

    client_id: str
    nonce: str
    access_token: str
    now: int
    oldest_proof: int = OLDEST_PROOF


@dataclass(frozen=True)
class Person:
    """The person of a sign-in. `barred`: the roles whose profession the provider does not confirm."""

    issuer: str
    subject: str
    name: str
    national_id: str
    barred: frozenset[str]


def verify_id_token(text: object, keys: KeySet, preset: Preset, expected: Expected) -> dict[str, Any]:
    """Verify an ID token and return its claims. Raises UpstreamFault."""
    header, claims = _decode(text, keys, preset)
    essential = {"essential": True}
    options = {
        "iss": essential | {"value": preset.issuer},
        "aud": essential | {"value": expected.client_id},
        "sub": essential,
        "nonce": essential | {"value": expected.nonce},
        "exp": essential,
        "iat": essential,
    }
    params = {"client_id": expected.client_id, "nonce": expected.nonce, "access_token": expected.access_token}
    try:
        CodeIDToken(claims, header, options, params).validate(now=expected.now, leeway=LEEWAY)
    except _FAULTS:
        raise UpstreamFault("claims") from None
    if claims["iss"] != preset.issuer or claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise UpstreamFault("audience")
    if claims.get("acr") not in preset.acr:
        raise UpstreamFault("acr")
    if not expected.now - OLDEST_TOKEN <= _read_number(claims, "iat") <= expected.now + LEEWAY:
        raise UpstreamFault("age")
    if preset.auth_time_required or expected.oldest_proof != OLDEST_PROOF or "auth_time" in claims:
        proven = _read_number(claims, "auth_time")
        if not expected.now - expected.oldest_proof - LEEWAY <= proven <= expected.now + LEEWAY:
            raise UpstreamFault("auth-time")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise UpstreamFault("subject")
    return claims


def verify_userinfo(content: bytes, kind: str, keys: KeySet, preset: Preset, client_id: str) -> dict[str, Any]:
    """Verify a signed answer of the userinfo endpoint and return its claims (OpenID Connect Core §5.3.2).

    Raises UpstreamFault."""
    if kind != "application/jwt":
        raise UpstreamFault("userinfo")
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        raise UpstreamFault("userinfo") from None
    _, claims = _decode(text, keys, preset)
    if claims.get("iss") != preset.issuer or claims.get("aud") not in (client_id, [client_id]):
        raise UpstreamFault("userinfo")
    return claims


def read_person(id_token: Mapping[str, Any], userinfo: Mapping[str, Any], preset: Preset) -> Person:
    """Return the person that the claims of the ID token and of userinfo name. Raises UpstreamFault when their subjects differ."""
    if userinfo.get("sub") != id_token["sub"]:
        raise UpstreamFault("userinfo-subject")
    claims = {**id_token, **userinfo}
    names = [value for path in preset.claims.name for value in _find(claims, path) if isinstance(value, str)]
    name = " ".join(part.strip() for part in names if part.strip() and part.isprintable())
    national = next((value for value in _find(claims, preset.claims.national_id) if isinstance(value, str)), "")
    professions = frozenset(_read_professions(claims, preset))
    barred = frozenset(role for role, needed in preset.roles.items() if not needed & professions)
    plain = national if national.isascii() and national.isalnum() and len(national) <= 40 else ""
    return Person(preset.issuer, id_token["sub"], name[:_LONGEST_NAME] or preset.title, plain, barred)


def _read_professions(claims: Mapping[str, Any], preset: Preset) -> Iterator[str]:
    for path in preset.claims.professions:
        for value in _find(claims, path):
            code, separator, code_list = str(value).partition("^")
            if not separator or code_list in preset.claims.profession_lists:
                yield code


def _find(value: Any, path: str) -> Iterator[Any]:
    """Yield every value at `path`; at each step the items of a list are followed."""
    values = [value]
    for step in path.split(".") if path else ():
        values = [item[step] for item in values if isinstance(item, dict) and step in item]
        values = [inner for item in values for inner in (item if isinstance(item, list) else [item])]
    if path:
        yield from values


def _decode(text: object, keys: KeySet, preset: Preset) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a JWT that the key of its `kid` signed by an algorithm of the preset. Raises UpstreamFault."""
    if not isinstance(text, str):
        raise UpstreamFault("no-token")
    try:
        token = jwt.decode(text, keys, algorithms=list(preset.algorithms))
        if not isinstance(token.header.get("kid"), str):
            raise UpstreamFault("signature")
        return dict(token.header), dict(token.claims)
    except _FAULTS:
        raise UpstreamFault("signature") from None


def _read_number(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UpstreamFault("claims")
    return value
