"""Accounts of people: one row a person, whatever their roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Conflict, NotFound
from hub.record.tables import account, identity


@dataclass(frozen=True)
class Account:
    """An account. `login` is "" where an identity provider brought it. `practitioner`: its entry in the directory, or "".
    `preferred`: the assignment that its owner wants to be proposed first. `ended`: when it was closed, or None."""

    account_id: str
    login: str
    name: str
    national_id: str
    practitioner: str
    created: int
    preferred: str = ""
    active: bool = True
    ended: int | None = None


def insert_account(connection: Connection, opened: Account, skeleton: str) -> None:
    """Add an account. Raises Conflict `login-taken` when another login has the same `skeleton`."""
    values = asdict(opened) | {"login": opened.login or None, "skeleton": skeleton or None}
    try:
        with connection.begin_nested():
            connection.execute(insert(account).values(**values | {"preferred": None}))
    except IntegrityError:
        raise Conflict("login-taken") from None


def get_account(connection: Connection, account_id: str) -> Account:
    """Raises NotFound."""
    row = connection.execute(select(account).where(account.c.account_id == account_id)).first()
    if row is None:
        raise NotFound
    return _build(row)


def find_by_skeleton(connection: Connection, skeleton: str) -> Account | None:
    """The account whose login looks like that, or None."""
    row = connection.execute(select(account).where(account.c.skeleton == skeleton)).first()
    return None if row is None else _build(row)


def list_accounts(connection: Connection) -> list[Account]:
    """All accounts, by name."""
    return [_build(row) for row in connection.execute(select(account).order_by(account.c.name, account.c.account_id))]


def close_account(connection: Connection, account_id: str, now: int) -> None:
    """The account is of no more use from `now` on. Its row stays, so that its identities open no new one."""
    connection.execute(update(account).where(account.c.account_id == account_id).values(active=False, ended=now))


def keep_practitioner(connection: Connection, account_id: str, practitioner: str) -> None:
    """`practitioner` is the account's entry in the directory."""
    connection.execute(update(account).where(account.c.account_id == account_id).values(practitioner=practitioner))


def keep_preferred(connection: Connection, account_id: str, assignment_id: str) -> None:
    """The assignment is the one to propose first."""
    connection.execute(update(account).where(account.c.account_id == account_id).values(preferred=assignment_id))


def find_identity(connection: Connection, issuer: str, subject: str) -> str | None:
    """The account of a person of an identity provider, or None."""
    return connection.scalar(
        select(identity.c.account_id).where(identity.c.issuer == issuer, identity.c.subject == subject)
    )


def insert_identity(connection: Connection, issuer: str, subject: str, account_id: str, now: int) -> None:
    """The person of the provider is this account's owner. Raises Conflict `identity-taken`."""
    try:
        with connection.begin_nested():
            connection.execute(
                insert(identity).values(
                    issuer=issuer, subject=subject, account_id=account_id, barred="", since=now, seen=now
                )
            )
    except IntegrityError:
        raise Conflict("identity-taken") from None


def keep_barred(connection: Connection, issuer: str, subject: str, roles: Iterable[str], now: int) -> None:
    """The roles that the provider's last word about the person rules out."""
    connection.execute(
        update(identity)
        .where(identity.c.issuer == issuer, identity.c.subject == subject)
        .values(barred=" ".join(sorted(roles)), seen=now)
    )


def list_barred(connection: Connection, account_id: str) -> frozenset[str]:
    """The roles that the last words of the account's providers rule out."""
    words = connection.scalars(select(identity.c.barred).where(identity.c.account_id == account_id))
    return frozenset(role for text in words for role in text.split())


def _build(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        account_id=row.account_id,
        login=row.login or "",
        name=row.name,
        national_id=row.national_id,
        practitioner=row.practitioner,
        preferred=row.preferred or "",
        active=row.active,
        created=row.created,
        ended=row.ended,
    )
