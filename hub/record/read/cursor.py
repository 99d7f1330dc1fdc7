"""The cursor of the next page: the query and the last row shown, encrypted for one actor (`docs/leaks.md` L49–L52).

A cursor gives no access: each page is read under the predicate again. It cannot be decrypted for another actor or another
query, and it shows nothing to a reader of logs or URLs.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag

from hub.domain.actor import Actor
from hub.domain.errors import Invalid, Problem
from hub.record.read.version_id import get_cipher
from hub.record.search.index.extract import WIDTH

Pairs = Sequence[tuple[str, str]]

# Bytes of a query and its sort values. Encrypted they are about 6 kB, and a request line holds 8 kB.
LONGEST = 4500


class PagePosition(NamedTuple):
    """A position in the pages of a query. `asked`: all its parameters. `last`: the sort values of the row before the page, None
    on the first page. `sent`: the parameters of this request, `_cursor` included."""

    asked: list[tuple[str, str]]
    last: Any
    sent: list[tuple[str, str]]


def build_purpose(actor: Actor, *topic: str) -> bytes:
    """Return the associated data that a cursor is encrypted with: the actor, its client and account, and what is queried."""
    account = [actor.account] if actor.account else []
    return msgspec.json.encode([actor.party, actor.role, actor.client, *account, *topic])


def read_position(params: Pairs, cursor: str | None, purpose: bytes, keys: tuple[bytes, ...]) -> PagePosition:
    """Return the position of the first page of `params`, or of the page after `cursor`, with which only `_count` may be sent.

    Raises Invalid `parameter-beside-cursor` for another parameter; `parameter-value` for a cursor of another actor or query;
    `search-too-costly` for a query longer than `LONGEST`, even without a next page: the refusal must not depend on data."""
    if not cursor:
        if _compute_length(params) > LONGEST:
            raise Invalid("search-too-costly")
        return PagePosition(list(params), None, list(params))
    extra = [name for name, _ in params if name != "_count"]
    if extra:
        raise Invalid(Problem("parameter-beside-cursor", extra[0][:64]))
    question, last = open_cursor(cursor, purpose, keys)
    return PagePosition([*((name, value) for name, value in question), *params], last, [("_cursor", cursor), *params])


def _compute_length(params: Pairs) -> int:
    # The cursor also holds the row's value of each sort parameter, at most four bytes a character.
    keys = sum(value.count(",") + 1 for name, value in params if name == "_sort")
    return len(msgspec.json.encode(params)) + 4 * WIDTH * keys


def build_cursor_after(last: object, params: Pairs, purpose: bytes, keys: tuple[bytes, ...]) -> str:
    """Return the cursor after the row with the sort values `last`. `_count` is not in it, but in the link."""
    return seal_cursor([[pair for pair in params if pair[0] != "_count"], last], purpose, keys)


def seal_cursor(content: object, purpose: bytes, keys: tuple[bytes, ...]) -> str:
    """Encrypt `content`, any JSON value, for `open_cursor`."""
    return _encrypt(keys[0], msgspec.json.encode(content), purpose)


# AES-SIV is deterministic: the result depends on these three alone, so that it can be cached.
@lru_cache(maxsize=1024)
def _encrypt(key: bytes, content: bytes, purpose: bytes) -> str:
    return urlsafe_b64encode(get_cipher(key).encrypt(content, [b"page", purpose])).decode().rstrip("=")


def open_cursor(cursor: str, purpose: bytes, keys: tuple[bytes, ...]) -> Any:
    """Decrypt what `seal_cursor` encrypted. Raises Invalid `parameter-value` when it was for another purpose."""
    for key in keys:
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            return msgspec.json.decode(get_cipher(key).decrypt(sealed, [b"page", purpose]))
        except (InvalidTag, ValueError):
            continue
    raise Invalid(Problem("parameter-value", "_cursor"))
