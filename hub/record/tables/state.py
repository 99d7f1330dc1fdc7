"""What the record knows of itself: its kind, the pages that placed its parts, its signs of life, the versions of its policy."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from hub.record.tables.base import metadata

# Written by the first `hub init` or `hub demo`: `demo` or `production`, which never share a record (`docs/contract.md` §2).
record_kind = Table("record_kind", metadata, Column("kind", String(12), primary_key=True))

# By which pages of `config/` the stored parts were placed (`docs/parts.md` 28). `fingerprint`: SHA-256 in hexadecimal; "" for
# a record that was made before it was kept.
placement_pages = Table("placement_pages", metadata, Column("fingerprint", String(64), primary_key=True))

# By which rules the index rows and the periods of facts were derived: search parameters, and the territory's zone.
# `fingerprint`: as above; "" for a record that was made before it was kept, with days of UTC.
index_rules = Table("index_rules", metadata, Column("fingerprint", String(64), primary_key=True))

# Since when (µs) something is known to work. `source`: `worker`, which writes after a round in which no job failed; `readyz`,
# which writes to find out whether the record takes writes.
life_sign = Table(
    "life_sign",
    metadata,
    Column("source", String(12), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# The pages of the policy, `roles.toml` and `sections.toml`, as they were applied (`hub policy apply`); the grants were derived
# by the last. `by`: the operator, "" for the first of an empty record. `fingerprint`: SHA-256 of both texts.
policy_version = Table(
    "policy_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(80), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("roles", Text, nullable=False),
    Column("sections", Text, nullable=False),
)
