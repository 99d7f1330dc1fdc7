"""The cursor of the next page: the question and the last row shown, sealed to its holder (`docs/leaks.md` L49–L52).

A cursor opens nothing by itself: every page is judged anew. To anybody else, and for anything else, it is noise; and it says
nothing to who reads a log or an address.
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
from hub.record.read.version_id import cipher
from hub.record.search.index.extract import WIDTH

Pairs = Sequence[tuple[str, str]]

# Bytes of a question with what the order adds: sealed they are some 6 kB, and a request line holds 8.
LONGEST = 4500


class PagePosition(NamedTuple):
    """Where in its pages a question stands. `asked`: the whole question; `last`: of the row before the page, None on the
    first; `sent`: what this request said of it, its cursor too."""

    asked: list[tuple[str, str]]
    last: Any
    sent: list[tuple[str, str]]


def purpose_of(actor: Actor, *of: str) -> bytes:
    """What a cursor is sealed to: who asks, by which client, and of what."""
    return msgspec.json.encode([actor.party, actor.role, actor.client, *of])


def place_of(asked: Pairs, cursor: str | None, purpose: bytes, keys: tuple[bytes, ...]) -> PagePosition:
    """Where `asked` begins, or goes on from `cursor`, beside which a new size of the pages may be asked and nothing else.

    Invalid: `parameter-beside-cursor`; `parameter-value` for a cursor of another; `search-too-costly` for a question that is
    longer than a cursor may be, whether or not there is a next page: what is found must not decide it."""
    if not cursor:
        if _length(asked) > LONGEST:
            raise Invalid("search-too-costly")
        return PagePosition(list(asked), None, list(asked))
    beside = [name for name, _ in asked if name != "_count"]
    if beside:
        raise Invalid(Problem("parameter-beside-cursor", beside[0][:64]))
    question, last = open_cursor(cursor, purpose, keys)
    return PagePosition([*((name, value) for name, value in question), *asked], last, [("_cursor", cursor), *asked])


def _length(asked: Pairs) -> int:
    # What a row says of an element in the order comes into the cursor too, a character of it in four bytes at most.
    keys = sum(value.count(",") + 1 for name, value in asked if name == "_sort")
    return len(msgspec.json.encode(asked)) + 4 * WIDTH * keys


def cursor_after(last: object, asked: Pairs, purpose: bytes, keys: tuple[bytes, ...]) -> str:
    """The cursor after the row that `last` says. The size of the pages is not in it: its link says that."""
    return seal_cursor([[pair for pair in asked if pair[0] != "_count"], last], purpose, keys)


def seal_cursor(said: object, purpose: bytes, keys: tuple[bytes, ...]) -> str:
    """`said` as `open_cursor` gives it back."""
    return _sealed(keys[0], msgspec.json.encode(said), purpose)


# A function of these three alone, as `hub.record.read.version_id` remembers versions.
@lru_cache(maxsize=1024)
def _sealed(key: bytes, said: bytes, purpose: bytes) -> str:
    return urlsafe_b64encode(cipher(key).encrypt(said, [b"page", purpose])).decode().rstrip("=")


def open_cursor(cursor: str, purpose: bytes, keys: tuple[bytes, ...]) -> Any:
    """What `seal_cursor` was given. Invalid `parameter-value` when it was for another purpose."""
    for key in keys:
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            return msgspec.json.decode(cipher(key).decrypt(sealed, [b"page", purpose]))
        except (InvalidTag, ValueError):
            continue
    raise Invalid(Problem("parameter-value", "_cursor"))
