"""record_kind: whether the record is a demo's or a production's.

For an existing record, `hub init` and `hub demo` decide it by its clients (`hub.record.maintenance.kind`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "record_kind",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_record_kind")),
    )
