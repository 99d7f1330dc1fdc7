"""The version that an actor sees, sealed (`docs/parts.md` 17).

`versionId` = lower-case unpadded base32 of AES-SIV(time ‖ mask; type/id): 52 characters, legal as a FHIR id, and a function of
what is seen: hidden edits leave it as it is. `mask` is the XOR of the keys of the visible places, and of the order of their items
(`hub.slices.parts.order`). The previous key still opens after a rotation.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from functools import lru_cache
from struct import pack, unpack
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class VersionKey(NamedTuple):
    """What a version stands for: the slice's `lastUpdated` in microseconds, and its places."""

    time: int
    mask: int


@lru_cache(maxsize=8)
def cipher(key: bytes) -> AESSIV:
    """The cipher of a key, made once: it keeps no state between uses."""
    return AESSIV(key)


def encrypt_version_id(seen: VersionKey, name: str, keys: tuple[bytes, ...]) -> str:
    """The `versionId` of `name` (`Type/id`) for `seen`."""
    return _sealed(keys[0], *seen, name)


# A function of these four alone, so remembering it changes no answer; a worklist asks for the same twenty again and again.
@lru_cache(maxsize=16_384)
def _sealed(key: bytes, time: int, mask: int, name: str) -> str:
    sealed = cipher(key).encrypt(pack(">QQ", time, mask), [name.encode()])
    return b32encode(sealed).decode().rstrip("=").lower()


def decrypt_version_id(version_id: str, name: str, keys: tuple[bytes, ...]) -> VersionKey | None:
    """What `version_id` stands for, or None when it was never a version of `name`."""
    if len(version_id) != 52 or version_id != version_id.lower():
        return None
    try:
        sealed = b32decode(version_id.upper() + "====")
    except ValueError:
        return None
    for key in keys:
        try:
            return VersionKey(*unpack(">QQ", cipher(key).decrypt(sealed, [name.encode()])))
        except InvalidTag:
            continue
    return None
