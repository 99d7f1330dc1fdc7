"""desk_note and desk_decision: what the desk notes for itself, and the decisions that it has not told yet."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "desk_note",
        sa.Column("note_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_desk_note")),
    )
    op.create_index("ix_desk_note_party", "desk_note", ["party", "kind", "until"], unique=False)
    op.create_index("ix_desk_note_subject", "desk_note", ["subject"], unique=False)
    op.create_index("ix_desk_note_person", "desk_note", ["person"], unique=False)
    op.create_table(
        "desk_decision",
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_desk_decision")),
    )
    op.create_index("ix_desk_decision_due", "desk_decision", ["state", "due"], unique=False)
    op.create_index("ix_desk_decision_person", "desk_decision", ["person"], unique=False)
    op.create_index("ix_desk_decision_task", "desk_decision", ["task"], unique=False)
    is_held = sa.text("state = 'held'")
    op.create_index(
        "uq_desk_decision_held", "desk_decision", ["task"], unique=True, sqlite_where=is_held, postgresql_where=is_held
    )
    if op.get_bind().dialect.name == "postgresql":
        _secure("desk_note", f"(NOT desk_note.own OR desk_note.account = {_setting('account')})")
        _secure("desk_decision", "TRUE")


def _setting(name: str, kind: str = "text") -> str:
    return f"NULLIF(current_setting('hub.{name}', true), '')::{kind}"


def _secure(table: str, own: str) -> None:
    """Let `hub_reader` read the rows of its party about nobody, and about whom it has a valid grant and is not masked."""
    now = _setting("now", "bigint")
    op.execute(f"GRANT SELECT ON {table} TO hub_reader")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY slice ON {table} FOR SELECT TO hub_reader USING ({table}.party = {_setting('party')} "  # noqa: S608 - constants
        f"AND {own} AND ({table}.person = 0 OR EXISTS (SELECT 1 FROM grant_ g "
        f"WHERE g.holder IN ({_setting('holder', 'bigint')}, {_setting('account_holder', 'bigint')}) "
        f"AND g.person = {table}.person AND g.since <= {now} AND g.until > {now})) "
        f"AND NOT EXISTS (SELECT 1 FROM masked m WHERE m.account = {_setting('account')} "
        f"AND m.person = {table}.person AND m.since <= {now} AND m.until > {now}))"
    )
