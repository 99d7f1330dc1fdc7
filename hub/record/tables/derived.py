"""Which Observation the hub keeps as which summary of a person (`hub.record.reactions.extracts`).

The id is random like any other: an id computed from the person and the kind would reveal that such a summary exists.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from hub.record.tables.base import metadata

derived = Table(
    "derived",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(40), primary_key=True),
    Column("id", String(64), nullable=False),
    sqlite_with_rowid=False,
)
