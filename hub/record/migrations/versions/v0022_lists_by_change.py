"""worklist: when a part of the resource last changed, below zero, and its person. What changed lately for a party, by index."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

# Parts without an end.
_EVER = 2**62
_PRESENT = "SELECT -MAX(p.moved) FROM part p WHERE p.rid = worklist.rid AND p.until = :ever"
_PERSON = "SELECT r.person FROM resource r WHERE r.rid = worklist.rid"


def upgrade() -> None:
    for name in ("about", "age"):
        op.add_column("worklist", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.get_bind().execute(
        sa.text(f"UPDATE worklist SET age = COALESCE(({_PRESENT}), 0), about = COALESCE(({_PERSON}), 0)"),  # noqa: S608 - constants
        {"ever": _EVER},
    )
    by_change = ("type", "name", "party")
    op.create_index("ix_worklist_age_status", "worklist", [*by_change, "status", "age", "id"])
    op.create_index("ix_worklist_age", "worklist", [*by_change, "age", "id"])
    op.create_index("ix_worklist_about", "worklist", ["about", "name", "party"])
    has_begun, has_end = sa.text("since > 0"), sa.text(f"until < {_EVER}")
    for name, table, columns, where in (
        ("ix_stake_since", "stake", ["party", "since"], has_begun),
        ("ix_stake_until", "stake", ["party", "until"], has_end),
        ("ix_withheld_until", "withheld", ["until"], has_end),
        ("ix_grant_since", "grant_", ["holder", "since"], has_begun),
    ):
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
