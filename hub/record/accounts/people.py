"""Accounts of people: each person has one row, whatever their roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Conflict, NotFound
from hub.record.tables import account, identity


@dataclass(frozen=True)
class Account:
    """An account. `login`: "" when it was opened by a sign-in at an identity provider. `practitioner`: its entry in the
    directory, or "". `preferred`: the assignment that its owner wants to be proposed first. `ended`: when it was closed, or
    None."""

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
    """Return an account. Raises NotFound."""
    row = connection.execute(select(account).where(account.c.account_id == account_id)).first()
    if row is None:
        raise NotFound
    return _build(row)


def find_by_skeleton(connection: Connection, skeleton: str) -> Account | None:
    """Return the account whose login has this skeleton, or None."""
    row = connection.execute(select(account).where(account.c.skeleton == skeleton)).first()
    return None if row is None else _build(row)


def list_accounts(connection: Connection) -> list[Account]:
    """Return all accounts, ordered by name."""
    return [_build(row) for row in connection.execute(select(account).order_by(account.c.name, account.c.account_id))]


def close_account(connection: Connection, account_id: str, now: int) -> None:
    """Close an account at `now`. Its row stays, so that its identities cannot open a new account."""
    connection.execute(update(account).where(account.c.account_id == account_id).values(active=False, ended=now))


def keep_practitioner(connection: Connection, account_id: str, practitioner: str) -> None:
    """Store the reference of the account's Practitioner in the directory."""
    connection.execute(update(account).where(account.c.account_id == account_id).values(practitioner=practitioner))


def keep_preferred(connection: Connection, account_id: str, assignment_id: str) -> None:
    """Store which assignment is proposed first."""
    connection.execute(update(account).where(account.c.account_id == account_id).values(preferred=assignment_id))


def find_identity(connection: Connection, issuer: str, subject: str) -> str | None:
    """Return the id of the account that belongs to a subject of an identity provider, or None."""
    return connection.scalar(
        select(identity.c.account_id).where(identity.c.issuer == issuer, identity.c.subject == subject)
    )


def list_issuers(connection: Connection, account_id: str) -> list[str]:
    """The identity providers by which the account's owner can sign in."""
    return list(
        connection.scalars(
            select(identity.c.issuer).where(identity.c.account_id == account_id).order_by(identity.c.issuer)
        )
    )


def insert_identity(connection: Connection, issuer: str, subject: str, account_id: str, now: int) -> None:
    """Link a subject of an identity provider to an account. Raises Conflict `identity-taken` when it is linked already."""
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
    """Store the roles that the provider's latest claims about the person rule out."""
    connection.execute(
        update(identity)
        .where(identity.c.issuer == issuer, identity.c.subject == subject)
        .values(barred=" ".join(sorted(roles)), seen=now)
    )


def list_barred(connection: Connection, account_id: str) -> frozenset[str]:
    """Return the roles that the latest claims of any of the account's identity providers rule out."""
    texts = connection.scalars(select(identity.c.barred).where(identity.c.account_id == account_id))
    return frozenset(role for text in texts for role in text.split())


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
