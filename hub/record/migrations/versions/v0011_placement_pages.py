"""placement_pages: the fingerprint of the pages by which the stored parts were placed.

The resources of an existing record were placed by older pages, so `hub relabel` is due. `hub init` notes the pages of an empty
one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "placement_pages",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_placement_pages")),
    )
    op.execute("INSERT INTO placement_pages (fingerprint) SELECT '' WHERE EXISTS (SELECT 1 FROM resource)")
