"""What goes out and who looked: the transactional outbox and the traces of access."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from hub.record.tables.base import metadata

# Identifiers only: what a delivery may say is judged when it is sent, as the subscriber (`docs/leaks.md` L92).
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
    # The rows of `part` that the change began, as `key:since` with a space between: who sees none of them is told nothing.
    Column("said", Text, nullable=False, server_default=""),
    Index("ix_outbox_due", "due"),
)


# When these change, `hub.record.maintenance.migrate` has to gather what waits beside the record, and to drop the table there.
def _of_a_request() -> list[Column[Any]]:
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
    ]


# One row a request. `shown` lists `Type/id` of what left the record, `asked` what was asked for by id and not shown.
# Kept in the order of writing, so that each one adds to the last page alone. What was written before the last row that one
# sees with nobody writing is all there (`hub.record.audit.index`); so a purge leaves the last row.
trace = Table("trace", metadata, *_of_a_request())

# On SQLite the traces of readings wait in a file beside the record until they are gathered into `trace`
# (`hub.record.audit.spool`): one commit in a file makes every other process forget the pages that it knew of it.
trace_beside = Table("trace", MetaData(schema="beside"), *_of_a_request())
