"""Passwords: which are accepted, how they are hashed and verified (LA-2, LA-3, LA-5).

argon2id of HMAC-SHA-256(pepper, password), 19 MiB, two passes. A password is used exactly as it was typed: it is not normalised
(OWASP ASVS 5.0, 6.2.8), so that what was once accepted is accepted for ever. The parameters are those of OWASP's Password Storage
Cheat Sheet: 55 ms, where the defaults of RFC 9106 would let ten tries a second stop the machine.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.accounts.credentials.common_passwords import is_common
from hub.domain.errors import Invalid

SHORTEST, LONGEST = 12, 128

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each hash keeps one core busy, so more of them at once would slow down everything.
_SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)
_PATIENCE = 2.0  # seconds


class Busy(Exception):  # noqa: N818 - an end that callers foresee, not one of the five errors
    """Too many passwords are being hashed; this one was not."""


@dataclass(frozen=True)
class Verdict:
    """The result of verifying a password. `stale`: the hash has other parameters than the present ones."""

    matches: bool
    stale: bool = False


def check_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Raise Invalid unless a password has 12 to 128 characters, none of them NUL, and is hard to guess.

    The codes are `password-short`, `password-long`, `password-nul` and `password-common`. `own_words`: login and name."""
    if "\0" in password:
        raise Invalid("password-nul")
    if len(password) < SHORTEST:
        raise Invalid("password-short")
    if len(password) > LONGEST:
        raise Invalid("password-long")
    if is_common(password, own_words):
        raise Invalid("password-common")


def hash_password(password: str, pepper: bytes) -> str:
    """Return the hash of a password, as it is stored. Raises Busy."""
    with _take_slot():
        return _HASHER.hash(_add_pepper(password, pepper))


def verify_password(stored: str, password: str, pepper: bytes) -> Verdict:
    """Return whether `password` has the hash `stored`. With "" as `stored` it has not, after the same work. Raises Busy."""
    with _take_slot():
        try:
            _HASHER.verify(stored or _make_dummy(), _add_pepper(password, pepper))
        except (VerificationError, InvalidHashError):
            return Verdict(matches=False)
    return Verdict(matches=bool(stored), stale=_HASHER.check_needs_rehash(stored or _make_dummy()))


@contextmanager
def _take_slot() -> Iterator[None]:
    if not _SLOTS.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _SLOTS.release()


def _add_pepper(password: str, pepper: bytes) -> bytes:
    return hmac.digest(pepper, password.encode(errors="surrogatepass"), sha256)


@cache
def _make_dummy() -> str:
    """Return a hash of random bytes, which is verified for accounts that do not exist."""
    return _HASHER.hash(secrets.token_bytes(32))
