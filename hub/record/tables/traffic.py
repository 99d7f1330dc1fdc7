"""The transactional outbox, and the traces of requests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from hub.record.tables.base import metadata

# Identifiers only: what a delivery may contain is decided by the subscriber's rights when it is sent (`docs/leaks.md` L92).
outbox = Table(
    "outbox",
    metadata,
    Column("oid", String(40), primary_key=True),
    Column("rid", BigInteger, nullable=False),
    Column("person", BigInteger, nullable=False),
    Column("event", String(40), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    # The rows of `part` that the change created, as `key:since` separated by spaces: only who sees one of them is notified.
    Column("said", Text, nullable=False, server_default=""),
    Index("ix_outbox_due", "due"),
)


# A column that is added needs a default, with which `hub.record.db.engines` adds it to a table that waits beside the record.
# `account`: of whoever acted for the party, "" for a client of software.
def _make_request_columns() -> list[Column[Any]]:
    return [
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("tid", String(40), nullable=False),
        Column("client", String(80), nullable=False),
        Column("party", String(80), nullable=False),
        Column("role", String(24), nullable=False),
        Column("session", String(64), nullable=False),
        Column("action", String(12), nullable=False),
        Column("type", String(40), nullable=False),
        Column("shown", Text, nullable=False),
        Column("asked", String(120), nullable=False),
        Column("account", String(40), nullable=False, server_default=""),
    ]


# One row for each request. `shown` lists `Type/id` of what the answer showed, `asked` what was requested by id and not shown.
# Rows are ordered by `seq`, so that each one is written to the last page. Whoever holds the clock sees all rows up to the last
# one (`hub.record.audit.index`); so a purge leaves the last row.
trace = Table("trace", metadata, *_make_request_columns())

# On SQLite the traces of reads wait in the spool until they are gathered into `trace` (`hub.record.audit.spool`), since each
# commit to a database file makes every other process drop its cached pages of that file.
trace_beside = Table("trace", MetaData(schema="beside"), *_make_request_columns())
