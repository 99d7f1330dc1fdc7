"""client_key.used: when an assertion that the key signed was last accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("client_key", sa.Column("used", sa.BigInteger(), nullable=True))
