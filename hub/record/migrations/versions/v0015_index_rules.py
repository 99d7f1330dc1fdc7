"""index_rules: the fingerprint of the rules by which the index rows, and the periods of facts, were derived.

What a record made before holds was derived by older rules, with days of UTC: `hub reindex` is due. `hub init` notes the rules of
an empty one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "index_rules",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_index_rules")),
    )
    op.execute("INSERT INTO index_rules (fingerprint) SELECT '' WHERE EXISTS (SELECT 1 FROM resource)")
