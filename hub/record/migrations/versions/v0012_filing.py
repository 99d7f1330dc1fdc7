"""filing: which resource of a message was filed into which section, by whom and when."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "filing",
        sa.Column("original", sa.String(length=110), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("section", sa.String(length=24), nullable=False),
        sa.Column("copy", sa.String(length=110), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("original", "at", name=op.f("pk_filing")),
    )
    op.create_index("ix_filing_task", "filing", ["task"], unique=False)
