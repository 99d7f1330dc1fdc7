"""Challenges that may be answered once: those of WebAuthn, and the `state` of a sign-in at an identity provider."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert

from hub.record.tables import challenge


@dataclass(frozen=True)
class Challenge:
    """A challenge that waits for its answer. `account_id`: the account that must answer, "" for any. `sealed`: the encrypted data
    by which the answer is verified."""

    account_id: str
    sealed: bytes


def insert_challenge(connection: Connection, hashed: bytes, purpose: str, expected: Challenge, until: int) -> None:
    """Store a challenge by its hash until `until`, in microseconds."""
    connection.execute(insert(challenge).values(hash=hashed, purpose=purpose, until=until, **asdict(expected)))


def take_challenge(connection: Connection, hashed: bytes, purpose: str, now: int) -> Challenge | None:
    """Delete and return the challenge of this hash and purpose; None when there is none, it has expired or was taken before."""
    row = connection.execute(
        delete(challenge)
        .where(challenge.c.hash == hashed, challenge.c.purpose == purpose, challenge.c.until > now)
        .returning(challenge.c.account_id, challenge.c.sealed)
    ).first()
    return None if row is None else Challenge(row.account_id, row.sealed)
