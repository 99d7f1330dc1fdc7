"""Encrypt the secret that signs messages to a subscriber, and the headers that it wants to receive.

Both are encrypted under the record's keys and bound to the Subscription and to their kind, so that a row copied elsewhere cannot
be decrypted (`docs/security.md` §6.3). A secret is derived from the present key and a new nonce: without the key nobody can
compute it, and tests can reproduce it.
"""

from __future__ import annotations

import hmac
from base64 import b64encode

import msgspec
from cryptography.exceptions import InvalidTag

from hub.record.db.store import Store
from hub.record.read.version_id import get_cipher

PREFIX = "whsec_"  # Standard Webhooks 1.0, "Signature scheme"


class Lost(Exception):  # noqa: N818 - an end that the worker foresees, not one of the five errors
    """None of the keys that the record has now sealed this."""


def draw(name: str, nonce: str, keys: tuple[bytes, ...]) -> bytes:
    """A new secret of 32 bytes for the Subscription `name`; `nonce` is never given twice."""
    return hmac.digest(keys[0], f"webhook-secret {name} {nonce}".encode(), "sha256")


def format_secret(secret: bytes) -> str:
    """A secret as subscribers write it."""
    return PREFIX + b64encode(secret).decode()


def close(plain: bytes, what: str, name: str, keys: tuple[bytes, ...]) -> bytes:
    """`plain` sealed, as the `what` of `name`."""
    return get_cipher(keys[0]).encrypt(plain, [b"subscription", what.encode(), name.encode()])


def open_(sealed: bytes, what: str, name: str, keys: tuple[bytes, ...]) -> bytes:
    """What `close` was given. Raises Lost when none of `keys` sealed it so."""
    for key in keys:
        try:
            return get_cipher(key).decrypt(sealed, [b"subscription", what.encode(), name.encode()])
        except InvalidTag:
            continue
    raise Lost


def close_headers(headers: tuple[str, ...], name: str, keys: tuple[bytes, ...]) -> bytes:
    """Sealed header lines."""
    return close(msgspec.json.encode(headers), "headers", name, keys)


def open_headers(sealed: bytes, name: str, keys: tuple[bytes, ...]) -> tuple[str, ...]:
    """The header lines that `close_headers` was given."""
    return msgspec.json.decode(open_(sealed, "headers", name, keys), type=tuple[str, ...])


def open_secrets(store: Store, name: str, secret: bytes, former: bytes) -> tuple[bytes, ...]:
    """The secret of `name`, then the former one if there is one that can still be read. Raises Lost for the first."""
    present = open_(secret, "secret", name, store.seal_keys)
    try:
        return (present, open_(former, "secret", name, store.seal_keys)) if former else (present,)
    except Lost:
        # Renewed because of that: the present one alone signs.
        return (present,)
