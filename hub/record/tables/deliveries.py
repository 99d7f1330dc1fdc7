"""Subscriptions for the worker, their notices, and the hosts at which clients may have endpoints (`docs/leaks.md` B6).

A row of `subscription` belongs to the Subscription resource of the same `rid`, which its owner reads. A row of `notice` is one
change for one Subscription. It has none of the content, and the subscriber's rights are checked each time it is sent.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from hub.record.tables.base import EVER, metadata

subscription = Table(
    "subscription",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False),
    # The subscriber and the scopes of its token. Its present rights are checked too.
    Column("client", String(64), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("topic", String(200), nullable=False),
    Column("type", String(40), nullable=False),
    # JSON: [[parameter, value], …].
    Column("filters", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    # Encrypted, like the secrets that sign messages; `former` also signs until `former_until`.
    Column("headers", LargeBinary, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("former", LargeBinary, nullable=False),
    Column("former_until", BigInteger, nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("content", String(16), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("heartbeat", BigInteger, nullable=False),
    Column("status", String(12), nullable=False),
    Column("fault", String(64), nullable=False),
    # Changes in [since, until) are sent.
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    # The last event number.
    Column("events", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    # The time of the next attempt; the end of the claim of a worker, and its lease.
    Column("due", BigInteger, nullable=False),
    Column("busy", BigInteger, nullable=False),
    Column("lease", String(40), nullable=False),
    Index("ix_subscription_due", "status", "due"),
    Index("ix_subscription_type", "type", "status"),
)

notice = Table(
    "notice",
    metadata,
    Column("subscription", BigInteger, primary_key=True, autoincrement=False),
    # The outbox row of the change: a change makes one notice for a Subscription.
    Column("oid", String(40), primary_key=True),
    Column("rid", BigInteger, nullable=False),
    Column("name", String(110), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    # The event number once it was sent or tried, and its message; the time from which it is not sent again.
    Column("number", BigInteger),
    Column("message", String(64), nullable=False),
    Column("closed", BigInteger),
    Index("ix_notice_subscription_number", "subscription", "number"),
    Index("ix_notice_at", "at"),
)

# The hosts that an operator lets a client be called at (`docs/leaks.md` L100).
client_host = Table(
    "client_host",
    metadata,
    Column("client_id", ForeignKey("client.client_id"), primary_key=True),
    Column("host", String(253), primary_key=True),
)
