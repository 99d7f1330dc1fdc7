"""By which pages of `config/` the stored parts were placed (`docs/parts.md` 28)."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from hub.record.tables.base import metadata

# One row. `fingerprint`: SHA-256 in hexadecimal; "" for a record that was made before it was kept.
placement_pages = Table("placement_pages", metadata, Column("fingerprint", String(64), primary_key=True))
