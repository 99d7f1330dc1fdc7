"""form_draft: what was typed into a form whose session had ended, sealed, until its author comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "form_draft",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("browser", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("assignment_id", sa.String(length=40), nullable=False),
        sa.Column("sid", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_form_draft_account_id")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_form_draft")),
    )
    op.create_index("ix_form_draft_account_id", "form_draft", ["account_id"], unique=False)
    op.create_index("ix_form_draft_until", "form_draft", ["until"], unique=False)
