"""The journal of accesses by person, derived from the traces after the requests (`hub.record.audit`).

`access` has one row for each person of whom a request returned resources, with the list of these; `access_actor` one for each
person and whoever acted, which many rows of `access` share. `needs` is the column of the predicate: what it takes to read them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text
from sqlalchemy.dialects import postgresql

from hub.record.tables.base import metadata

# `rid` is the event's number. The key is the order in which a person's journal is read, and by which it is purged. `shown`: the
# rids of the resources, a BIGINT[], on SQLite a JSON array in a text. The first `sought` of them are of the type that was asked
# for: shown for their own sake, not along with something else.
access = Table(
    "access",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("actor", BigInteger, nullable=False),
    Column("needs", BigInteger, nullable=False),
    Column("sought", Integer, nullable=False),
    Column("action", String(12), nullable=False),
    Column("shown", postgresql.ARRAY(BigInteger).with_variant(Text(), "sqlite"), nullable=False),
    sqlite_with_rowid=False,
)

# `agent`: the rid of the party; `account`: of whoever acted for it.
access_actor = Table(
    "access_actor",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("actor", BigInteger, primary_key=True, autoincrement=False),
    Column("agent", BigInteger, nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("client", String(80), nullable=False),
    Column("session", String(64), nullable=False),
    Column("account", String(40), nullable=False),
    sqlite_with_rowid=False,
)

# One row: the number of the last trace that is indexed in the journal.
access_upto = Table(
    "access_upto",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
)
