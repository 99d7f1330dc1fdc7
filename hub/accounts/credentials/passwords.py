"""Passwords: which are taken, how they are hashed and verified (LA-2, LA-3, LA-5).

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
# Each takes a core for its whole time: more at once would only slow each other, and everything else.
_SLOTS = threading.BoundedSemaphore(os.cpu_count() or 1)
_PATIENCE = 2.0  # seconds


class Busy(Exception):  # noqa: N818 - an end that callers foresee, not one of the five errors
    """Too many passwords are being verified; nothing was."""


@dataclass(frozen=True)
class Verdict:
    """`matches`: it is the password. `stale`: and its hash has other parameters than today's."""

    matches: bool
    stale: bool = False


def check_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Raises Invalid for a password that is not taken: `password-short`, `password-long`, `password-nul`, `password-common`.

    12 to 128 characters of any kind but NUL; not one of the common ones, and not made of `own_words`."""
    if "\0" in password:
        raise Invalid("password-nul")
    if len(password) < SHORTEST:
        raise Invalid("password-short")
    if len(password) > LONGEST:
        raise Invalid("password-long")
    if is_common(password, own_words):
        raise Invalid("password-common")


def hash_password(password: str, pepper: bytes) -> str:
    """The hash to keep. Raises Busy."""
    with _take_slot():
        return _HASHER.hash(_season(password, pepper))


def verify_password(stored: str, password: str, pepper: bytes) -> Verdict:
    """Whether `password` has the hash `stored`. With "" as `stored` none has, after the same work. Raises Busy."""
    with _take_slot():
        try:
            _HASHER.verify(stored or _make_dummy(), _season(password, pepper))
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


def _season(password: str, pepper: bytes) -> bytes:
    return hmac.digest(pepper, password.encode(errors="surrogatepass"), sha256)


@cache
def _make_dummy() -> str:
    """A hash of what nobody knows, for accounts that are not there."""
    return _HASHER.hash(secrets.token_bytes(32))
