"""What was sent out to be answered once: WebAuthn challenges, states of sign-ins at identity providers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert

from hub.record.tables import challenge


@dataclass(frozen=True)
class Challenge:
    """`account_id`: whose answer is expected, "" for anybody's. `sealed`: what is needed to judge it."""

    account_id: str
    sealed: bytes


def insert_challenge(connection: Connection, hashed: bytes, purpose: str, expected: Challenge, until: int) -> None:
    """Remember what was sent, until `until`."""
    connection.execute(insert(challenge).values(hash=hashed, purpose=purpose, until=until, **asdict(expected)))


def take_challenge(connection: Connection, hashed: bytes, purpose: str, now: int) -> Challenge | None:
    """What was sent for `purpose`, if it was not answered yet. It is gone afterwards, whatever the answer is worth."""
    row = connection.execute(
        delete(challenge)
        .where(challenge.c.hash == hashed, challenge.c.purpose == purpose, challenge.c.until > now)
        .returning(challenge.c.account_id, challenge.c.sealed)
    ).first()
    return None if row is None else Challenge(row.account_id, row.sealed)
