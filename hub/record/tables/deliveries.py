"""Subscriptions as the worker needs them, what each is told, and where clients may be called (`docs/leaks.md` B6).

A `subscription` row stands beside the Subscription resource of the same `rid`, which is what its owner sees. A `notice` is one
change that one subscription may be told of: it says nothing of what changed, and is judged anew each time it is told.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from hub.record.tables.base import EVER, metadata

subscription = Table(
    "subscription",
    metadata,
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False),
    # Who subscribed, and what its token could: rights are those of now, within these.
    Column("client", String(64), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("topic", String(200), nullable=False),
    Column("type", String(40), nullable=False),
    # JSON: [[parameter, value], …].
    Column("filters", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    # Sealed, as are the secrets that sign; `former` signs too until `former_until`.
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
    # Changes from here on are told, up to `until`.
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    # How many notices have had a number.
    Column("events", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    # When the next attempt is wanted; until when it is one worker's, and which.
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
    # The outbox row that it comes from, so that it is there once.
    Column("oid", String(40), primary_key=True),
    Column("rid", BigInteger, nullable=False),
    Column("name", String(110), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    # Its number once it was told or tried, and the message that carries it; since when nothing more is to be sent of it.
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
