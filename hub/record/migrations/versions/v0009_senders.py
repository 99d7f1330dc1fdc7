"""senders: message ids unique for each sender, content compared without line ends, persons told to each sender.

An existing message keeps its key without an application, and the hash of its bytes becomes that of its content.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("message", sa.Column("content", sa.String(length=64), nullable=False, server_default=""))
    op.execute("UPDATE message SET content = sha256")
    op.drop_index("ix_message_source_sha256", "message")
    op.create_index("ix_message_source_content", "message", ["source", "content"], unique=False)
    op.drop_index("ux_message_source_key", "message")
    op.create_index("ux_message_source_key", "message", ["source", "party", "key"], unique=True)
    op.create_table(
        "told_person",
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("traits", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("party", "system", "code", "rid", name=op.f("pk_told_person")),
    )
    op.create_index("ix_told_person_rid", "told_person", ["rid", "party"], unique=False)
