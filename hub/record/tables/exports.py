"""The jobs of bulk exports: the client and the query. Their files are not stored, but read when they are fetched."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from hub.record.tables.base import metadata

# `types` is a list with a space between. `asked`: the query of the kick-off, as the manifest repeats it.
export_job = Table(
    "export_job",
    metadata,
    Column("job", String(64), primary_key=True),
    Column("client", String(80), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("of_persons", Boolean, nullable=False),
    Column("types", Text, nullable=False),
    Column("changed_since", String(40), nullable=False),
    Column("asked", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("ix_export_job_client", "client", "at"),
)
