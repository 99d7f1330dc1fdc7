"""The journal of accesses by person, derived from the traces after the requests (`hub.record.audit`).

`access` has a row for each person of whom a request returned a resource, `access_shown` one for each of these resources. Both
can be dropped and filled again. The columns that do not come from traces are those of the predicate.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from hub.record.tables.base import metadata

# `rid` is the event's number, `agent` that of the party, `account` of whoever acted for it. The key is the order in which a
# person's journal is read.
access = Table(
    "access",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("agent", BigInteger, nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("client", String(80), nullable=False),
    Column("session", String(64), nullable=False),
    Column("action", String(12), nullable=False),
    Column("needs", BigInteger, nullable=False),
    Column("stake_needs", BigInteger, nullable=False),
    Column("domain", BigInteger, nullable=False),
    Column("holder", String(80)),
    Column("account", String(40), nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

# `sought`: it is of the type that was asked for, so it was shown for its own sake, not along with something else.
access_shown = Table(
    "access_shown",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("shown", BigInteger, primary_key=True, autoincrement=False),
    Column("sought", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# One row: the number of the last trace that is indexed in the journal.
access_upto = Table(
    "access_upto",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
)
