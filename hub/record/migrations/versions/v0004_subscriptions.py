"""subscriptions: who is told of what, what each was told, and where clients may be called; the outbox says which parts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("said", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "subscription",
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=False),
        sa.Column("former_until", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("heartbeat", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("fault", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("busy", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("rid", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_due", "subscription", ["status", "due"], unique=False)
    op.create_index("ix_subscription_type", "subscription", ["type", "status"], unique=False)
    op.create_table(
        "notice",
        sa.Column("subscription", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("oid", sa.String(length=40), nullable=False),
        sa.Column("rid", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=110), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("subscription", "oid", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_subscription_number", "notice", ["subscription", "number"], unique=False)
    op.create_index("ix_notice_at", "notice", ["at"], unique=False)
    op.create_table(
        "client_host",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name=op.f("fk_client_host_client_id")),
        sa.PrimaryKeyConstraint("client_id", "host", name=op.f("pk_client_host")),
    )
