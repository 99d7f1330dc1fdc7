"""The way to the next page, sealed to whom it was given and to what was asked (`leaks.md` L49–L52).

A cursor opens nothing by itself: every page is judged anew. To anybody else, and to another question, it is noise.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag

from hub.actor import Actor
from hub.errors import Invalid, Problem
from hub.record.seal import cipher


def purpose_of(actor: Actor, *asked: object) -> bytes:
    """What a cursor is sealed to: who asks, by which client, and `asked`, as JSON can hold it."""
    return msgspec.json.encode([actor.party, actor.role, actor.client, *asked])


def seal_cursor(last: object, purpose: bytes, keys: tuple[bytes, ...]) -> str:
    """The cursor after the row that `last` says."""
    sealed = cipher(keys[0]).encrypt(msgspec.json.encode(last), [b"page", purpose])
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def open_cursor(cursor: str, purpose: bytes, keys: tuple[bytes, ...]) -> Any:
    """What `seal_cursor` was given. Invalid `parameter-value` when it was for another purpose."""
    for key in keys:
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            return msgspec.json.decode(cipher(key).decrypt(sealed, [b"page", purpose]))
        except (InvalidTag, ValueError):
            continue
    raise Invalid(Problem("parameter-value", "_cursor"))
