"""worklists: covering indexes, so that the rows themselves are not read."""

from alembic import op

revision = "0007"
down_revision = "0006"

_PLACES = ("person", "needs", "stake_needs", "domain", "holder")


def upgrade() -> None:
    for name, columns in (
        ("ix_worklist_hot", ("type", "name", "party", "status", "authored", "id")),
        ("ix_worklist_party", ("type", "name", "party", "authored", "id")),
    ):
        op.drop_index(name, "worklist")
        op.create_index(name, "worklist", [*columns, "rid", *_PLACES], unique=False)
