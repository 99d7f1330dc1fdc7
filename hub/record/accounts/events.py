"""What happened to accounts: one row an event, in the transaction of what it tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select

from hub.record.tables import account_event

ACTS: Final = frozenset(
    {
        "account-added",
        "account-ended",
        "context-chosen",
        "enrolled",
        "identity-linked",
        "link-made",
        "passkey-added",
        "passkey-blocked",
        "passkey-removed",
        "password-changed",
        "recovery-codes-made",
        "role-confirmed",
        "role-ended",
        "role-given",
        "role-limited",
        "session-revoked",
        "sign-in",
        "sign-in-refused",
        "sign-out",
        "step-up",
        "step-up-refused",
        "totp-changed",
    }
)
_LONGEST = 200


@dataclass(frozen=True)
class Agent:
    """Who does something to an account. `name`: an account, or `operator:` and the operator's name at the machine, "" for nobody
    known. `sid`: the session in which it is done. `network`: where from, as `hub.accounts.entry.network` shortens it."""

    name: str = ""
    sid: str = ""
    network: str = ""


@dataclass(frozen=True)
class AccountEvent:
    """`agent` did `act`, one of `ACTS`, to an account, at `at` in microseconds. `party`, `role`: the assignment that it is about,
    if any. `why`: in the agent's words."""

    at: int
    act: str
    account_id: str
    agent: Agent
    party: str = ""
    role: str = ""
    why: str = ""


def write_event(connection: Connection, event: AccountEvent) -> None:
    """Add an event. ValueError when its act is none of `ACTS`."""
    if event.act not in ACTS:
        raise ValueError(event.act)
    connection.execute(
        insert(account_event).values(
            at=event.at, act=event.act, account_id=event.account_id, agent=event.agent.name, sid=event.agent.sid,
            party=event.party, role=event.role, network=event.agent.network, why=event.why[:_LONGEST],
        )
    )  # fmt: skip


def list_events(connection: Connection, account_id: str, limit: int = 100) -> list[AccountEvent]:
    """The latest events of an account, the latest first."""
    rows = connection.execute(
        select(account_event)
        .where(account_event.c.account_id == account_id)
        .order_by(account_event.c.seq.desc())
        .limit(limit)
    )
    return [
        AccountEvent(
            row.at, row.act, row.account_id, Agent(row.agent, row.sid, row.network), row.party, row.role, row.why
        )
        for row in rows
    ]
