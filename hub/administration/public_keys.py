"""Keys of clients: which public keys may be registered (`docs/security.md` CA-1), in which files, and how a key is made."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from hub.domain.errors import Invalid
from hub.record.clients.keys import ClientKey

ES384, RS384 = "ES384", "RS384"
ALGORITHMS = (ES384, RS384)
RSA_BITS = 2048

_PUBLIC = ("kty", "crv", "x", "y", "n", "e")
_PEM = b"-----BEGIN "
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


def read_public_keys(content: bytes) -> tuple[ClientKey, ...]:
    """The keys of a file: a public JWK, a JWK Set (RFC 7517), or a public key in PEM, whose `kid` is its thumbprint (RFC 7638).

    Raises Invalid as `parse_public_key` does, for a private key in PEM too; `key-file` when the content is none of these or
    holds no key."""
    if _PEM in content:
        return (parse_public_key(_read_pem(content)),)
    try:
        document = json.loads(content)
        jwks = document.get("keys", [document])
        keys = tuple(parse_public_key(jwk) for jwk in jwks)
    except (ValueError, AttributeError, TypeError):
        raise Invalid("key-file") from None
    if not keys:
        raise Invalid("key-file")
    return keys


def compute_fingerprint(key: ClientKey) -> str:
    """The thumbprint of a key (RFC 7638, SHA-256) in hexadecimal, in groups of four digits to be read aloud."""
    digits = urlsafe_b64decode(import_key(json.loads(key.jwk)).thumbprint() + "=").hex()
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def _read_pem(content: bytes) -> dict[str, Any]:
    """The public JWK of a key in PEM. Raises Invalid: `key-private`, `key-file`."""
    if b"PRIVATE KEY-----" in content:
        raise Invalid("key-private")
    try:
        public = load_pem_public_key(content)
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        key = import_key(pem, "RSA") if isinstance(public, RSAPublicKey) else import_key(pem, "EC")
        return {**key.as_dict(private=False), "kid": key.thumbprint()}
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError):
        raise Invalid("key-file") from None


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
