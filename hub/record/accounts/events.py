"""What happened to accounts, partners and the policy: one row an event, in the transaction of what it tells of."""

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
        "key-retired",
        "keys-added",
        "link-made",
        "organisation-added",
        "partner-added",
        "partner-resumed",
        "partner-suspended",
        "passkey-added",
        "passkey-blocked",
        "passkey-removed",
        "password-changed",
        "policy-applied",
        "recovery-codes-made",
        "role-confirmed",
        "role-ended",
        "role-given",
        "role-limited",
        "session-replaced",
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
    """Who does something to an account. `name`: an account, or `operator:` and the name of the operating system's user, "" when
    unknown. `sid`: the session. `network`: the address that it comes from, as `hub.accounts.entry.network` shortens it."""

    name: str = ""
    sid: str = ""
    network: str = ""


@dataclass(frozen=True)
class AccountEvent:
    """`agent` did `act`, one of `ACTS`, to an account, at `at` in microseconds. `party`, `role`: the assignment that it is about,
    if any. `why`: in the agent's words. An act on a partner has no account: `party` and `role` are the partner's, `why` names its
    client and key; one on the policy has the number of the version in `why`."""

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
    """Return the latest `limit` events of an account, the latest first."""
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
