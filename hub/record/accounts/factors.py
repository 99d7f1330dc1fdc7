"""What proves an account: password, authenticator application, recovery codes (LA-2, LA-4).

What works once is taken by an UPDATE that says how many rows it changed: of two tries at once, one wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, func, insert, select, update

from hub.record.tables import identity, passkey, password, recovery_code, totp

WRONG_CODES = 5
LOCK = 15 * 60 * 1_000_000


@dataclass(frozen=True)
class Totp:
    """`seed`: sealed. `locked_until`: no code is taken before, in microseconds."""

    seed: bytes
    last_step: int
    locked_until: int


@dataclass(frozen=True)
class Factors:
    """What an account can prove itself with. `password`: its argon2id hash, "" without one."""

    password: str
    totp: Totp | None
    recovery_codes: int
    passkeys: int


def read_factors(connection: Connection, account_id: str) -> Factors:
    """The factors of an account; all absent for an unknown one."""
    code = connection.execute(select(totp).where(totp.c.account_id == account_id)).first()
    unused = select(func.count()).where(recovery_code.c.account_id == account_id, recovery_code.c.used.is_(None))
    keys = select(func.count()).where(passkey.c.account_id == account_id, passkey.c.blocked.is_(None))
    return Factors(
        password=connection.scalar(select(password.c.hash).where(password.c.account_id == account_id)) or "",
        totp=None if code is None else Totp(code.seed, code.last_step, code.locked_until),
        recovery_codes=connection.scalar(unused) or 0,
        passkeys=connection.scalar(keys) or 0,
    )


def keep_password(connection: Connection, account_id: str, hashed: str, now: int) -> None:
    """Set the password of an account."""
    connection.execute(delete(password).where(password.c.account_id == account_id))
    connection.execute(insert(password).values(account_id=account_id, hash=hashed, changed=now))


def replace_password_hash(connection: Connection, account_id: str, before: str, after: str) -> None:
    """Keep the same password under other parameters, unless it was changed meanwhile."""
    matching = (password.c.account_id == account_id, password.c.hash == before)
    connection.execute(update(password).where(*matching).values(hash=after))


def keep_totp(connection: Connection, account_id: str, seed: bytes, step: int, now: int) -> None:
    """Set the sealed seed of an account. Codes up to `step` are taken already."""
    connection.execute(delete(totp).where(totp.c.account_id == account_id))
    connection.execute(
        insert(totp).values(
            account_id=account_id, seed=seed, last_step=step, since=now, failures=0, locked_until=0
        )
    )  # fmt: skip


def take_totp_step(connection: Connection, account_id: str, step: int, now: int) -> bool:
    """Take the code of a time step, unless one of it or of a later one was taken before, or codes are locked."""
    changed = connection.execute(
        update(totp)
        .where(totp.c.account_id == account_id, totp.c.last_step < step, totp.c.locked_until <= now)
        .values(last_step=step, failures=0)
    )
    return bool(changed.rowcount)


def count_wrong_code(connection: Connection, account_id: str, now: int) -> None:
    """Count a wrong code; after the fifth in a row none is taken for fifteen minutes (LA-4)."""
    last = totp.c.failures + 1 >= WRONG_CODES
    connection.execute(
        update(totp)
        .where(totp.c.account_id == account_id, totp.c.locked_until <= now)
        .values(
            failures=case((last, 0), else_=totp.c.failures + 1),
            locked_until=case((last, now + LOCK), else_=totp.c.locked_until),
        )
    )


def keep_recovery_codes(connection: Connection, account_id: str, hashes: Iterable[bytes]) -> None:
    """Set the recovery codes of an account, by their hashes; those that it had are of no more use."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    connection.execute(insert(recovery_code), [{"account_id": account_id, "hash": hashed} for hashed in hashes])


def take_recovery_code(connection: Connection, account_id: str, hashed: bytes, now: int) -> bool:
    """Take a recovery code, unless it was taken before."""
    changed = connection.execute(
        update(recovery_code)
        .where(recovery_code.c.account_id == account_id, recovery_code.c.hash == hashed, recovery_code.c.used.is_(None))
        .values(used=now)
    )
    return bool(changed.rowcount)


def delete_factors(connection: Connection, account_id: str, *, identities: bool = False) -> None:
    """Nothing that the hub keeps proves the account any more. `identities`: nor does an identity provider."""
    tables = (password, totp, recovery_code, passkey, *((identity,) if identities else ()))
    for table in tables:
        connection.execute(delete(table).where(table.c.account_id == account_id))


@dataclass(frozen=True)
class CodeMatch:
    """What a code that was typed would take: a time step, or a recovery code by its hash. Neither: it is wrong."""

    step: int | None = None
    recovery: bytes | None = None


def take_code(connection: Connection, account_id: str, match: CodeMatch, now: int) -> bool:
    """Take what the code matches. Whether it could still be taken."""
    if match.step is not None:
        return take_totp_step(connection, account_id, match.step, now)
    return match.recovery is not None and take_recovery_code(connection, account_id, match.recovery, now)
