"""Which person a sender was told of under which number (`docs/parts.md` 25). Only admissions read it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from hub.record.tables.base import metadata

# `system`, `code`: a number of a person in a message of `party`. `rid`: the Patient of that message. `traits`: what the message
# said of the person, as JSON; only the first message about a person under a number is kept.
told_person = Table(
    "told_person",
    metadata,
    Column("party", String(80), primary_key=True),
    Column("system", String(200), primary_key=True),
    Column("code", String(200), primary_key=True),
    Column("rid", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("traits", Text, nullable=False),
    Index("ix_told_person_rid", "rid", "party"),
)
