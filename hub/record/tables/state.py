"""What the record knows of itself, each a table of one row: its kind, and the pages by which its parts were placed."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from hub.record.tables.base import metadata

# Written by the first `hub init` or `hub demo`: `demo` or `production`, which never share a record (`docs/contract.md` §2).
record_kind = Table("record_kind", metadata, Column("kind", String(12), primary_key=True))

# By which pages of `config/` the stored parts were placed (`docs/parts.md` 28). `fingerprint`: SHA-256 in hexadecimal; "" for
# a record that was made before it was kept.
placement_pages = Table("placement_pages", metadata, Column("fingerprint", String(64), primary_key=True))
