"""Whether the record is a demo's or a production's, which never share one (`docs/contract.md` §2)."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from hub.record.tables.base import metadata

# One row, written by the first `hub init` or `hub demo`: `demo` or `production`.
record_kind = Table("record_kind", metadata, Column("kind", String(12), primary_key=True))
