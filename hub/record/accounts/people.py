"""Accounts of people: each person has one row, whatever their roles.

Logins are of two kinds, so that one says nothing of the other: those of colleagues, and those of accounts that opened as a
person's, a relative's or a representative's own. The same login may be there once as each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.domain.errors import Conflict, NotFound
from hub.record.tables import account, identity

# Before the skeleton of a personal account's login. No typed login has it, since it is not printed.
_PERSONAL = "\x01"


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
    """Add an account with the login of a colleague. Raises Conflict `login-taken` when another has the same `skeleton`."""
    values = asdict(opened) | {"login": opened.login or None, "skeleton": skeleton or None}
    try:
        with connection.begin_nested():
            connection.execute(insert(account).values(**values | {"preferred": None}))
    except IntegrityError:
        raise Conflict("login-taken") from None


def get_account(connection: Connection, account_id: str) -> Account:
    """Return an account. Raises NotFound."""
    known = find_by_id(connection, account_id)
    if known is None:
        raise NotFound
    return known


def read_names(connection: Connection, account_ids: Iterable[str]) -> dict[str, str]:
    """Return the name of each of these accounts, in one statement. Raises NotFound when one is missing."""
    wanted_ids = set(account_ids)
    by_id = select(account.c.account_id, account.c.name).where(account.c.account_id.in_(wanted_ids))
    names = {row.account_id: row.name for row in connection.execute(by_id)} if wanted_ids else {}
    if names.keys() != wanted_ids:
        raise NotFound
    return names


def find_by_id(connection: Connection, account_id: str) -> Account | None:
    """Return the account of this id, or None."""
    row = connection.execute(select(account).where(account.c.account_id == account_id)).first()
    return None if row is None else _build(row)


def make_personal(connection: Connection, account_id: str) -> None:
    """Let the login of an account be a personal one. Raises Conflict `login-taken` when another personal login is alike."""
    has_other = account.c.account_id == account_id, ~account.c.skeleton.startswith(_PERSONAL)
    try:
        with connection.begin_nested():
            connection.execute(update(account).where(*has_other).values(skeleton=_PERSONAL + account.c.skeleton))
    except IntegrityError:
        raise Conflict("login-taken") from None


def find_by_skeleton(connection: Connection, skeleton: str) -> tuple[Account | None, Account | None]:
    """Return the accounts whose login has this skeleton: the colleague's and the personal one, each None where there is none."""
    skeletons = [skeleton, _PERSONAL + skeleton]
    rows = connection.execute(select(account).where(account.c.skeleton.in_(skeletons)))
    accounts = {row.skeleton: _build(row) for row in rows} if skeleton else {}
    return accounts.get(skeletons[0]), accounts.get(skeletons[1])


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
