"""Keys of clients: which public keys may be registered (`docs/security.md` CA-1), and how a key is made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from hub.domain.errors import Invalid
from hub.record.clients.keys import ClientKey

ES384, RS384 = "ES384", "RS384"
ALGORITHMS = (ES384, RS384)
RSA_BITS = 2048

_PUBLIC = ("kty", "crv", "x", "y", "n", "e")
_PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


def parse_public_key(jwk: Mapping[str, Any]) -> ClientKey:
    """The key of a public JWK (RFC 7517), with only the members that define it.

    Raises Invalid: `key-private` when it has a private member, since a private key that was sent is compromised; `key-kid`
    without a usable `kid`; `key-kind` when it is neither EC P-384 nor RSA of 2048 bits or more, or has another `alg`.
    """
    if any(name in jwk for name in _PRIVATE):
        raise Invalid("key-private")
    kid = jwk.get("kid")
    if not isinstance(kid, str) or not 1 <= len(kid) <= 255 or not kid.isprintable():
        raise Invalid("key-kid")
    members = {name: jwk[name] for name in _PUBLIC if name in jwk}
    algorithm = _find_algorithm(members)
    if jwk.get("alg", algorithm) != algorithm:
        raise Invalid("key-kind")
    return ClientKey(kid, algorithm, json.dumps(members, sort_keys=True))


def _find_algorithm(members: dict[str, Any]) -> str:
    """The algorithm of SMART that this key verifies. Importing the key checks its numbers."""
    try:
        key = import_key(members)
        if isinstance(key, ECKey) and key.curve_name == "P-384" and key.public_key:
            return ES384
        if isinstance(key, RSAKey) and key.public_key.key_size >= RSA_BITS:
            return RS384
    except (JoseError, ValueError, TypeError, KeyError):
        pass  # joserfc raises any of these for an invalid key
    raise Invalid("key-kind")


def make_key(kid: str) -> dict[str, Any]:
    """Generate a private JWK for ES384, with `kid`, `alg` and `use`."""
    return {**ECKey.generate_key("P-384").as_dict(private=True), "kid": kid, "alg": ES384, "use": "sig"}


def strip_private_members(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """`jwk` without its private members, as its owner registers it."""
    return {name: value for name, value in jwk.items() if name not in _PRIVATE}
