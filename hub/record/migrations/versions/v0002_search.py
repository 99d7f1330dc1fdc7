"""search: quantities, references by number, texts and addresses by their beginning."""

import re
from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

from hub.record.migrations.frozen_row_level_security import secure_table

revision = "0002"
down_revision = "0001"

_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")


def upgrade() -> None:
    op.add_column("index_token", sa.Column("target", sa.BigInteger(), nullable=True))
    _number_references(op.get_bind())
    there = sa.text("target IS NOT NULL")
    op.create_index(
        "ix_token_target",
        "index_token",
        ["target", "type", "name"],
        unique=False,
        sqlite_where=there,
        postgresql_where=there,
    )
    op.create_table(
        "index_quantity",
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
    )
    op.create_index("ix_quantity_rid", "index_quantity", ["rid"], unique=False)
    op.create_index("ix_quantity_value", "index_quantity", ["type", "name", "low"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # What is searched by its beginning is compared byte by byte, as SQLite does by itself.
        op.execute('ALTER TABLE index_string ALTER COLUMN folded TYPE VARCHAR(200) COLLATE "C"')
        op.execute('ALTER TABLE index_token ALTER COLUMN code TYPE VARCHAR(200) COLLATE "C"')
        secure_table(op.get_bind(), "index_quantity")


def _number_references(connection: sa.Connection) -> None:
    index = sa.table("index_token", sa.column("system"), sa.column("code"), sa.column("target"))
    codes = connection.scalars(sa.select(index.c.code).where(index.c.system == "").distinct()).all()
    numbered = [{"name": code, "rid": _number_of(code)} for code in codes if _REFERENCE.fullmatch(code)]
    if numbered:
        conditions = sa.and_(index.c.system == "", index.c.code == sa.bindparam("name"))
        connection.execute(sa.update(index).where(conditions).values(target=sa.bindparam("rid")), numbered)


def _number_of(reference: str) -> int:
    """The record's 63-bit number of the resource that a relative reference `Type/id` names."""
    digest = blake2b(reference.replace("/", "|", 1).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
