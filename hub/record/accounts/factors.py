"""The factors of an account: password, authenticator application, recovery codes (LA-2, LA-4).

What may be used once is taken by an UPDATE that returns how many rows it changed: of two concurrent attempts one succeeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, func, insert, select, update

from hub.record.tables import identity, passkey, password, recovery_code, totp

WRONG_CODES = 5
LOCK = 15 * 60 * 1_000_000


@dataclass(frozen=True)
class Totp:
    """An authenticator application. `seed`: sealed. `last_step`: the time step of the last code that was accepted.
    `locked_until`: no code is accepted before, in microseconds."""

    seed: bytes
    last_step: int
    locked_until: int


@dataclass(frozen=True)
class Factors:
    """The factors that an account has. `password`: its argon2id hash, "" without one. `recovery_codes`, `passkeys`: how many can
    still be used."""

    password: str
    totp: Totp | None
    recovery_codes: int
    passkeys: int


def read_factors(connection: Connection, account_id: str) -> Factors:
    """Return the factors of an account; of an unknown account, none."""
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
    """Set the sealed seed of an account. No code of a time step up to `step` is accepted."""
    connection.execute(delete(totp).where(totp.c.account_id == account_id))
    connection.execute(
        insert(totp).values(
            account_id=account_id, seed=seed, last_step=step, since=now, failures=0, locked_until=0
        )
    )  # fmt: skip


def take_totp_step(connection: Connection, account_id: str, step: int, now: int) -> bool:
    """Use the code of a time step. Return False when a code of that or a later step was used before, or codes are locked."""
    changed = connection.execute(
        update(totp)
        .where(totp.c.account_id == account_id, totp.c.last_step < step, totp.c.locked_until <= now)
        .values(last_step=step, failures=0)
    )
    return bool(changed.rowcount)


def count_wrong_code(connection: Connection, account_id: str, now: int) -> None:
    """Count a wrong code; after the fifth in a row none is accepted for fifteen minutes (LA-4)."""
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
    """Replace the recovery codes of an account; `hashes` are those of the new ones."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    connection.execute(insert(recovery_code), [{"account_id": account_id, "hash": hashed} for hashed in hashes])


def take_recovery_code(connection: Connection, account_id: str, hashed: bytes, now: int) -> bool:
    """Use a recovery code. Return False when the account has no such code or it was used before."""
    changed = connection.execute(
        update(recovery_code)
        .where(recovery_code.c.account_id == account_id, recovery_code.c.hash == hashed, recovery_code.c.used.is_(None))
        .values(used=now)
    )
    return bool(changed.rowcount)


def delete_factors(connection: Connection, account_id: str, *, identities: bool = False) -> None:
    """Delete all factors of an account, with `identities` also its identities at identity providers."""
    tables = (password, totp, recovery_code, passkey, *((identity,) if identities else ()))
    for table in tables:
        connection.execute(delete(table).where(table.c.account_id == account_id))


@dataclass(frozen=True)
class CodeMatch:
    """What a typed code matches: a time step, or a recovery code by its hash. With neither, the code is wrong."""

    step: int | None = None
    recovery: bytes | None = None


def take_code(connection: Connection, account_id: str, match: CodeMatch, now: int) -> bool:
    """Use what the code matches. Return False when it was used before or matches nothing."""
    if match.step is not None:
        return take_totp_step(connection, account_id, match.step, now)
    return match.recovery is not None and take_recovery_code(connection, account_id, match.recovery, now)


def take_one_code(connection: Connection, matches: Sequence[tuple[str, CodeMatch]], now: int) -> int | None:
    """Use the first of `matches` (account id, what the code matches) that is good. Return its place, or None."""
    places = (place for place, (owner, match) in enumerate(matches) if take_code(connection, owner, match, now))
    return next(places, None)
