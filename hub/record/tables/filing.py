"""The receipts of filing: which resource of a message was filed into which section (`docs/parts.md` 27)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from hub.record.tables.base import EVER, metadata

# `original`: `Type/id` of the resource that the sender sent; `copy`: of its copy in the section. `task`: the intake Task that
# hands over the original. `at`, `until`: when it was filed, and when that was undone.
filing = Table(
    "filing",
    metadata,
    Column("original", String(110), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False, default=EVER),
    Column("task", String(80), nullable=False),
    Column("section", String(24), nullable=False),
    Column("copy", String(110), nullable=False),
    Column("party", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Index("ix_filing_task", "task"),
)
