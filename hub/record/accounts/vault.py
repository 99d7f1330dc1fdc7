"""The keys of people's accounts: what hashes, seals and signs the secrets that the record keeps (`docs/security.md` §2.4, §6.3).

One master key is stored, sealed by the seal key, which is in a file and not in the database. Every other key is derived from
it by HKDF (RFC 5869). So a copy of the database opens nothing, and a change of the seal key seals one row again.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Invalid
from hub.record.db.store import Store
from hub.record.read.version_id import get_cipher
from hub.record.tables import account_key

_NAME = "master"
_BOUND = [b"account_key", _NAME.encode()]
_SEALED = select(account_key.c.sealed).where(account_key.c.name == _NAME)


class KeyLost(Exception):  # noqa: N818 - an end that callers foresee, not one of the five errors
    """The value was sealed with another key, or for another row."""


@dataclass(frozen=True)
class Vault:
    """The keys of accounts. `pepper`: part of every password before it is hashed. The other keys are for the methods only."""

    pepper: bytes = field(repr=False)
    _index: bytes = field(repr=False)
    _csrf: bytes = field(repr=False)
    _seal: AESSIV = field(repr=False)

    def hash(self, purpose: str, text: str) -> bytes:
        """Return the keyed hash (32 bytes) by which the secret `text` is looked up; it differs for each `purpose`."""
        return hmac.digest(self._index, f"{purpose}\0{text}".encode(errors="surrogatepass"), sha256)

    def seal(self, plain: bytes, *row: str) -> bytes:
        """Encrypt `plain` for the column and the row that `row` names."""
        return self._seal.encrypt(plain, [name.encode() for name in row])

    def open(self, sealed: bytes, *row: str) -> bytes:
        """Decrypt what `seal` encrypted for the same row. Raises KeyLost."""
        try:
            return self._seal.decrypt(sealed, [name.encode() for name in row])
        except InvalidTag:
            raise KeyLost from None

    def make_csrf_token(self, sid: str) -> str:
        """Return the CSRF token of a session, which is the same for its whole duration."""
        return hmac.digest(self._csrf, sid.encode(), sha256).hex()


def open_vault(store: Store) -> Vault:
    """Return the vault of a record; create its master key when there is none.

    Raises Invalid `account-key` when no seal key of the store opens the master key."""
    vault = store.extra.get("vault")
    if vault is None:
        master = _read_master(store) or _make_master(store)
        vault = store.extra["vault"] = _build(master)
    return cast(Vault, vault)


def has_other_key(connection: Connection, keys: tuple[bytes, ...]) -> bool:
    """Return whether the record has a master key that none of the seal keys `keys` opens: it was made with another one."""
    sealed = connection.scalar(_SEALED)
    return sealed is not None and not any(_open_master(sealed, key) for key in keys)


def draw(store: Store, count: int) -> bytes:
    """Return `count` random bytes. Tests put their own source in `store.extra`."""
    source: Callable[[int], bytes] = store.extra.get("draw", secrets.token_bytes)
    return source(count)


def _read_master(store: Store) -> bytes | None:
    with store.read() as connection:
        sealed = connection.scalar(_SEALED)
    if sealed is None:
        return None
    for number, key in enumerate(store.seal_keys):
        master = _open_master(sealed, key)
        if master is None:
            continue
        if number:
            _seal_again(store, master)
        return master
    raise Invalid("account-key")


def _open_master(sealed: bytes, key: bytes) -> bytes | None:
    try:
        return get_cipher(key).decrypt(sealed, _BOUND)
    except InvalidTag:
        return None


def _make_master(store: Store) -> bytes:
    # Derived from the seal key and a new id, as the secrets of subscribers are: only who has the seal key can compute it, and
    # tests get the same key each time.
    master = hmac.digest(store.seal_keys[0], f"account-key {store.new_id('AccountKey')}".encode(), sha256)
    try:
        with store.write() as connection:
            connection.execute(insert(account_key).values(name=_NAME, sealed=_seal_master(store, master)))
    except IntegrityError:
        # Another process was first.
        return cast(bytes, _read_master(store))
    return master


def _seal_again(store: Store, master: bytes) -> None:
    with store.write() as connection:
        connection.execute(
            update(account_key).where(account_key.c.name == _NAME).values(sealed=_seal_master(store, master))
        )


def _seal_master(store: Store, master: bytes) -> bytes:
    return get_cipher(store.seal_keys[0]).encrypt(master, _BOUND)


def _build(master: bytes) -> Vault:
    return Vault(
        pepper=_derive(master, "pepper", 32),
        _index=_derive(master, "index", 32),
        _csrf=_derive(master, "csrf", 32),
        _seal=AESSIV(_derive(master, "seal", 64)),
    )


def _derive(master: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"maillage accounts {purpose}".encode()).derive(master)
