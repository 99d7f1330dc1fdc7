"""index_token, index_string: the values of a person's resources, for those who see few persons."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_index("ix_token_person", "index_token", ["person", "type", "name", "code"])
    op.create_index("ix_string_person", "index_string", ["person", "type", "name", "folded"])
