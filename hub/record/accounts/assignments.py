"""The assignments of accounts: each row is one acting context, an organisation or a person's own record in one role (LG-3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, or_, select, update

from hub.domain.errors import NotFound
from hub.record.tables import account, assignment, identity, passkey, password

ADMINISTRATOR = "admin_sys"


@dataclass(frozen=True)
class Assignment:
    """An account's right to act for one party in one role.

    `party`: the reference of an Organization, or of a person's own Patient or RelatedPerson. `since`, `until`: the period in
    which it is valid, in microseconds. `confirmed`: when a second administrator agreed, None until then. `entry`: the reference
    of its PractitionerRole, or ""."""

    assignment_id: str
    account_id: str
    party: str
    role: str
    since: int
    until: int
    given_by: str
    confirmed: int | None
    confirmed_by: str
    entry: str

    @property
    def key(self) -> str:
        """The value that forms send for it: `<id of the party>:<role>`."""
        return f"{self.party.partition('/')[2]}:{self.role}"


def insert_assignment(connection: Connection, opened: Assignment) -> None:
    """Add an assignment."""
    connection.execute(insert(assignment).values(**asdict(opened)))


def get_assignment(connection: Connection, assignment_id: str) -> Assignment:
    """Return an assignment. Raises NotFound."""
    row = connection.execute(select(assignment).where(assignment.c.assignment_id == assignment_id)).first()
    if row is None:
        raise NotFound
    return _build(row)


def list_assignments(connection: Connection, account_ids: Iterable[str], now: int) -> list[Assignment]:
    """Return the assignments of these accounts that have not ended, the oldest first, including those that wait for a second
    administrator."""
    rows = connection.execute(
        select(assignment)
        .where(assignment.c.account_id.in_(list(account_ids)), assignment.c.until > now)
        .order_by(assignment.c.since, assignment.c.assignment_id)
    )
    return [_build(row) for row in rows]


def confirm_assignment(connection: Connection, assignment_id: str, by: str, now: int) -> bool:
    """Note that a second administrator (`by`) agreed to the assignment. Return False when it did not wait for that or has
    ended."""
    changed = connection.execute(
        update(assignment)
        .where(assignment.c.assignment_id == assignment_id, assignment.c.confirmed.is_(None), assignment.c.until > now)
        .values(confirmed=now, confirmed_by=by)
    )
    return bool(changed.rowcount)


def end_assignments(connection: Connection, assignment_ids: Iterable[str], now: int) -> None:
    """End these assignments at `now`."""
    connection.execute(
        update(assignment)
        .where(assignment.c.assignment_id.in_(list(assignment_ids)), assignment.c.until > now)
        .values(until=now)
    )


def keep_entry(connection: Connection, assignment_id: str, entry: str) -> None:
    """Store the reference of the assignment's PractitionerRole in the directory."""
    connection.execute(update(assignment).where(assignment.c.assignment_id == assignment_id).values(entry=entry))


def count_administrators(connection: Connection, now: int) -> int:
    """Return how many active accounts are administrators now and have a factor to sign in with."""
    return (
        connection.scalar(
            select(func.count(account.c.account_id.distinct()))
            .select_from(account.join(assignment, assignment.c.account_id == account.c.account_id))
            .where(
                account.c.active,
                assignment.c.role == ADMINISTRATOR,
                assignment.c.confirmed.is_not(None),
                assignment.c.since <= now,
                assignment.c.until > now,
                or_(
                    _has_row(password.c.account_id),
                    _has_row(identity.c.account_id),
                    exists(
                        select(passkey.c.credential_id).where(
                            passkey.c.account_id == account.c.account_id, passkey.c.blocked.is_(None)
                        )
                    ),
                ),
            )
        )
        or 0
    )


def _has_row(owner: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(select(owner).where(owner == account.c.account_id))


def _build(row: Row[tuple[object, ...]]) -> Assignment:
    return Assignment(
        assignment_id=row.assignment_id,
        account_id=row.account_id,
        party=row.party,
        role=row.role,
        since=row.since,
        until=row.until,
        given_by=row.given_by,
        confirmed=row.confirmed,
        confirmed_by=row.confirmed_by,
        entry=row.entry,
    )
