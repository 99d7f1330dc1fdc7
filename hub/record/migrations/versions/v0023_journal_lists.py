"""access: what was shown as a list, and whoever acted in a table of its own. The former rows are carried along.

On PostgreSQL the policies are those of version 0014, of the columns that are left.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"

_WHO = "party, role, client, session, account"


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.rename_table("access", "access_former")
    if on_postgres:
        op.execute("ALTER INDEX pk_access RENAME TO pk_access_former")
    op.create_table(
        "access",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.BigInteger(), nullable=False),
        sa.Column("sought", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("shown", postgresql.ARRAY(sa.BigInteger()).with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("person", "at", "rid", name=op.f("pk_access")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "access_actor",
        sa.Column("person", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("person", "actor", name=op.f("pk_access_actor")),
        sqlite_with_rowid=False,
    )
    _carry_rows(on_postgres)
    op.drop_table("access_shown")
    op.drop_table("access_former")
    if on_postgres:
        _secure()


def _carry_rows(on_postgres: bool) -> None:
    # Numbers below zero: those that the journal gives from now on are hashes above it.
    op.execute(
        f"INSERT INTO access_actor (person, actor, agent, {_WHO}) "  # noqa: S608 - constants
        f"SELECT person, -row_number() OVER (ORDER BY person, {_WHO}), agent, {_WHO} "
        f"FROM (SELECT DISTINCT person, agent, {_WHO} FROM access_former) AS former"
    )
    listed = "array_agg(shown ORDER BY sought DESC, shown)" if on_postgres else "json_group_array(shown)"
    # SQLite gives the rows of a group in the order of the subquery.
    lists = (
        f"SELECT person, at, rid, {listed} AS shown, sum(CASE WHEN sought THEN 1 ELSE 0 END) AS sought "  # noqa: S608 - constants
        "FROM (SELECT * FROM access_shown ORDER BY person, at, rid, sought DESC, shown) AS each GROUP BY person, at, rid"
    )
    same = " AND ".join(f"who.{name} = former.{name}" for name in ("person", *_WHO.split(", ")))
    op.execute(
        "INSERT INTO access (person, at, rid, actor, needs, sought, action, shown) "  # noqa: S608 - constants
        "SELECT former.person, former.at, former.rid, who.actor, former.needs, shown.sought, former.action, shown.shown "
        f"FROM access_former former JOIN access_actor who ON {same} JOIN ({lists}) shown "
        "ON shown.person = former.person AND shown.at = former.at AND shown.rid = former.rid"
    )


def _setting(name: str, kind: str = "text") -> str:
    return f"NULLIF(current_setting('hub.{name}', true), '')::{kind}"


def _secure() -> None:
    now = _setting("now", "bigint")
    for table in ("access", "access_actor"):
        op.execute(f"GRANT SELECT ON {table} TO hub_reader")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY slice ON access FOR SELECT TO hub_reader USING (EXISTS (SELECT 1 FROM grant_ g "  # noqa: S608 - constants
        f"WHERE g.holder IN ({_setting('holder', 'bigint')}, {_setting('account_holder', 'bigint')}) "
        f"AND g.person = access.person AND g.since <= {now} AND g.until > {now} "
        "AND g.sees & access.needs = access.needs) "
        f"AND NOT EXISTS (SELECT 1 FROM masked m WHERE m.account = {_setting('account')} "
        f"AND m.person = access.person AND m.since <= {now} AND m.until > {now}))"
    )
    # Who acted is readable where an event of the same person is.
    op.execute(
        "CREATE POLICY slice ON access_actor FOR SELECT TO hub_reader "
        "USING (EXISTS (SELECT 1 FROM access o WHERE o.person = access_actor.person))"
    )
