"""Encrypt and decrypt the `versionId` of a slice (`docs/parts.md` 17).

`versionId` = lower-case unpadded base32 of AES-SIV(time ‖ mask; type/id): 52 characters, legal as a FHIR id. It depends only on
what the actor sees, so that hidden edits leave it unchanged. `mask` is the XOR of the keys of the visible places and of a hash
of the order of their items (`hub.slices.parts.order`). After a rotation, the previous key still decrypts.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from functools import lru_cache
from struct import pack, unpack
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class VersionKey(NamedTuple):
    """The content of a `versionId`: the slice's `lastUpdated` in microseconds, and the mask of its places."""

    time: int
    mask: int


@lru_cache(maxsize=8)
def get_cipher(key: bytes) -> AESSIV:
    """Return the cipher of a key. It has no state, so that one object serves all calls."""
    return AESSIV(key)


def encrypt_version_id(version: VersionKey, name: str, keys: tuple[bytes, ...]) -> str:
    """Return the `versionId` of `name` (`Type/id`) for `version`."""
    return _encrypt(keys[0], *version, name)


# AES-SIV is deterministic, so that the result can be cached: a worklist reads the same twenty resources repeatedly.
@lru_cache(maxsize=16_384)
def _encrypt(key: bytes, time: int, mask: int, name: str) -> str:
    sealed = get_cipher(key).encrypt(pack(">QQ", time, mask), [name.encode()])
    return b32encode(sealed).decode().rstrip("=").lower()


def decrypt_version_id(version_id: str, name: str, keys: tuple[bytes, ...]) -> VersionKey | None:
    """Decrypt `version_id`; None when it is not a version of `name`."""
    if len(version_id) != 52 or version_id != version_id.lower():
        return None
    try:
        sealed = b32decode(version_id.upper() + "====")
    except ValueError:
        return None
    for key in keys:
        try:
            return VersionKey(*unpack(">QQ", get_cipher(key).decrypt(sealed, [name.encode()])))
        except InvalidTag:
            continue
    return None
