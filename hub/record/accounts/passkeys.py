"""Passkeys: public keys of authenticators (Web Authentication Level 3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Conflict, NotFound
from hub.record.tables import account, passkey


@dataclass(frozen=True)
class Passkey:
    """A registered passkey. `sign_count`: the authenticator's counter at its last use. `used`, `blocked`: when, or None."""

    credential_id: bytes
    account_id: str
    public_key: bytes
    sign_count: int
    name: str
    created: int
    used: int | None
    blocked: int | None


def insert_passkey(connection: Connection, registered: Passkey) -> None:
    """Add a passkey. Raises Conflict `passkey-taken` when the credential is registered already."""
    try:
        with connection.begin_nested():
            connection.execute(insert(passkey).values(**asdict(registered)))
    except IntegrityError:
        raise Conflict("passkey-taken") from None


def find_passkey(connection: Connection, credential_id: bytes) -> Passkey | None:
    """Return the passkey of this id, blocked or not; None when it is unknown or its account is closed."""
    row = connection.execute(
        select(passkey)
        .join(account, account.c.account_id == passkey.c.account_id)
        .where(passkey.c.credential_id == credential_id, account.c.active)
    ).first()
    return None if row is None else _build(row)


def list_passkeys(connection: Connection, account_id: str) -> list[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    rows = connection.execute(
        select(passkey).where(passkey.c.account_id == account_id).order_by(passkey.c.created, passkey.c.credential_id)
    )
    return [_build(row) for row in rows]


def use_passkey(connection: Connection, credential_id: bytes, before: int, after: int, now: int) -> bool:
    """Change the counter of a passkey that was used from `before` to `after`. Return False when it was used or blocked
    meanwhile."""
    changed = connection.execute(
        update(passkey)
        .where(passkey.c.credential_id == credential_id, passkey.c.sign_count == before, passkey.c.blocked.is_(None))
        .values(sign_count=after, used=now)
    )
    return bool(changed.rowcount)


def block_passkey(connection: Connection, credential_id: bytes, now: int) -> None:
    """Block a passkey from `now` on."""
    connection.execute(
        update(passkey).where(passkey.c.credential_id == credential_id, passkey.c.blocked.is_(None)).values(blocked=now)
    )


def delete_passkey(connection: Connection, account_id: str, credential_id: bytes) -> None:
    """Delete a passkey. Raises NotFound when the account has no such passkey."""
    matching = (passkey.c.account_id == account_id, passkey.c.credential_id == credential_id)
    if not connection.execute(delete(passkey).where(*matching)).rowcount:
        raise NotFound


def _build(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        row.credential_id, row.account_id, row.public_key, row.sign_count, row.name, row.created, row.used, row.blocked
    )
