"""relation, stake: indexes by which a write finds the last end of a party's facts, however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    is_account = sa.text("party LIKE 'Account/%'")
    op.create_index("ix_relation_end", "relation", ["person", "party", "kind", "until", "since"], unique=False)
    op.create_index("ix_relation_begin", "relation", ["person", "since"], unique=False)
    op.create_index(
        "ix_relation_account",
        "relation",
        ["person", "party"],
        unique=False,
        postgresql_where=is_account,
        sqlite_where=is_account,
    )
    op.drop_index("ix_stake_person_party", "stake")
    op.create_index("ix_stake_end", "stake", ["person", "party", "until", "since"], unique=False)
