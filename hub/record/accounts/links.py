"""One-time links by which people set up their own factors (LA-7)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, insert, select, update

from hub.record.tables import account, enrolment_link

FIRST, RESET = "first", "reset"


@dataclass(frozen=True)
class Link:
    """A one-time link. `kind`: `FIRST` or `RESET`. `seed`: sealed, of the authenticator application that the link sets up.
    `given_by`, `why`: who made it, and the reason in words. `created`, `until`: microseconds."""

    hash: bytes
    account_id: str
    kind: str
    seed: bytes
    created: int
    until: int
    given_by: str
    why: str


def insert_link(connection: Connection, link: Link) -> None:
    """Add a link and end the account's earlier ones."""
    void_links(connection, link.account_id, link.created)
    connection.execute(insert(enrolment_link).values(**asdict(link)))


def find_link(connection: Connection, hashed: bytes, now: int) -> Link | None:
    """Return the link of this hash, or None when it was used, has expired or its account is closed."""
    row = connection.execute(
        select(*(enrolment_link.c[field.name] for field in fields(Link)))
        .join(account, account.c.account_id == enrolment_link.c.account_id)
        .where(
            enrolment_link.c.hash == hashed,
            enrolment_link.c.used.is_(None),
            enrolment_link.c.until > now,
            account.c.active,
        )
    ).first()
    return None if row is None else Link(*row)


def take_link(connection: Connection, hashed: bytes, now: int) -> bool:
    """Use the link. Return False when it was used before or has expired; of concurrent attempts one succeeds."""
    changed = connection.execute(
        update(enrolment_link)
        .where(enrolment_link.c.hash == hashed, enrolment_link.c.used.is_(None), enrolment_link.c.until > now)
        .values(used=now)
    )
    return bool(changed.rowcount)


def void_links(connection: Connection, account_id: str, now: int) -> None:
    """End the links of an account at `now`."""
    connection.execute(
        update(enrolment_link)
        .where(enrolment_link.c.account_id == account_id, enrolment_link.c.until > now)
        .values(until=now)
    )
