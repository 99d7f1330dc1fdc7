"""masked: whom the person masks. Accounts hold grants and parts by themselves, on PostgreSQL too. Traces name the account.

The policies of row-level security are those of versions 0001, 0002 and 0005 with the holders and the masks of an account.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_SECURED = ("part", "index_token", "index_string", "index_date", "index_quantity", "worklist", "access")


def _setting(name: str, kind: str = "text") -> str:
    return f"NULLIF(current_setting('hub.{name}', true), '')::{kind}"


def upgrade() -> None:
    op.create_table(
        "masked",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("via", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.account_id"], name=op.f("fk_masked_account")),
        sa.PrimaryKeyConstraint("account", "person", "via", "since", name=op.f("pk_masked")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_masked_person", "masked", ["person"], unique=False)
    for table in ("trace", "access"):
        op.add_column(table, sa.Column("account", sa.String(length=40), server_default="", nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        _secure()


def _secure() -> None:
    now = _setting("now", "bigint")
    op.execute("GRANT SELECT ON masked TO hub_reader")
    for table in _SECURED:
        op.execute(f"DROP POLICY slice ON {table}")
        op.execute(
            f"CREATE POLICY slice ON {table} FOR SELECT TO hub_reader USING (EXISTS (SELECT 1 FROM grant_ g "  # noqa: S608 - constants
            f"WHERE g.holder IN ({_setting('holder', 'bigint')}, {_setting('account_holder', 'bigint')}) "
            f"AND g.person = {table}.person AND g.since <= {now} AND g.until > {now} AND ("
            f"g.sees & {table}.needs = {table}.needs "
            f"OR {table}.holder IN ({_setting('party')}, {_setting('account_party')}) "
            f"OR g.own & {table}.stake_needs = {table}.stake_needs)) "
            f"AND NOT EXISTS (SELECT 1 FROM masked m WHERE m.account = {_setting('account')} "
            f"AND m.person = {table}.person AND m.since <= {now} AND m.until > {now}))"
        )
