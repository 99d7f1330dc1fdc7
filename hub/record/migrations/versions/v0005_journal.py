"""journal of accesses: traces in the order of writing, and by person."""

import sqlalchemy as sa
from alembic import op

from hub.record.migrations.frozen_row_level_security import secure_table, secure_table_behind

revision = "0005"
down_revision = "0004"

_KEPT = ("at", "tid", "client", "party", "role", "session", "action", "type", "shown", "asked")


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        op.execute("ALTER TABLE trace DROP CONSTRAINT pk_trace")
        op.execute("ALTER TABLE trace ADD COLUMN seq BIGSERIAL CONSTRAINT pk_trace PRIMARY KEY")
    else:
        _number_traces()
    op.create_table(
        "access",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("stake_needs", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("person", "at", "rid", name=op.f("pk_access")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_shown",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shown", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sought", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person", "at", "rid", "shown", name=op.f("pk_access_shown")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_upto",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_access_upto")),
    )
    if on_postgres:
        secure_table(op.get_bind(), "access")
        secure_table_behind(op.get_bind(), "access_shown", "access", "person", "at", "rid")


def _number_traces() -> None:
    """SQLite gives a table another key by filling a new one."""
    op.rename_table("trace", "trace_by_time")
    op.create_table(
        "trace",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tid", sa.String(length=40), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("asked", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_trace")),
    )
    columns = ", ".join(_KEPT)
    op.execute(f"INSERT INTO trace ({columns}) SELECT {columns} FROM trace_by_time ORDER BY at, tid")  # noqa: S608 - constants
    op.drop_table("trace_by_time")
