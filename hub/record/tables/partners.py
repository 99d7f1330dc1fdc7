"""Who may connect: registered clients, their public keys, the tokens they hold and the assertions they have used."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from hub.record.tables.base import EVER, metadata

# `scopes` and `sources` are lists separated by spaces.
client = Table(
    "client",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("lenient_update", Boolean, nullable=False),
    Column("can_introspect", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
)

# A `kid` names one key for ever: with two, the sender could choose which of them is used (`docs/security.md` CA-4). `used`: when
# an assertion that it signed was last accepted.
client_key = Table(
    "client_key",
    metadata,
    Column("client_id", ForeignKey("client.client_id"), primary_key=True),
    Column("kid", String(255), primary_key=True),
    Column("alg", String(8), nullable=False),
    Column("jwk", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("used", BigInteger),
)

# The token itself is not stored: `hash` is its SHA-256, which needs no salt for 256 random bits. `jti` names it in traces.
token = Table(
    "token",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("jti", String(64), nullable=False, unique=True),
    Column("client_id", ForeignKey("client.client_id"), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    Index("ix_token_client_id", "client_id"),
    Index("ix_token_expires", "expires"),
)

# Its primary key ensures that an assertion is accepted once (`docs/security.md` CA-8).
assertion_seen = Table(
    "assertion_seen",
    metadata,
    Column("client_id", ForeignKey("client.client_id"), primary_key=True),
    Column("jti", String(255), primary_key=True),
    Column("until", BigInteger, nullable=False),
    Index("ix_assertion_seen_until", "until"),
)
