"""The second wall, on PostgreSQL: row-level security under a role that owns nothing (design.md §2; security.md §4.6).

It stands behind `visible()` and stops a statement that forgot it: as `hub_reader`, a row of a part or of an index is there only
for a holder with a grant that is valid now and reaches the row's places. Domains, stakes and what is withheld are left to
the first wall. Without an actor nothing is there.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, String, bindparam, text

from hub.record.visibility import Sight

READER = "hub_reader"
# The walled tables of the first version; `wall` adds one that came later.
FIRST = ("part", "index_token", "index_string", "index_date", "worklist")
WALLED = (*FIRST, "index_quantity", "access")
READABLE = (*FIRST, "resource", "grant_", "stake", "withheld")

_HOLDER = "NULLIF(current_setting('hub.holder', true), '')::bigint"
_NOW = "NULLIF(current_setting('hub.now', true), '')::bigint"
_PARTY = "NULLIF(current_setting('hub.party', true), '')"

_ENTER = text(
    "SELECT set_config('role', 'hub_reader', true), set_config('hub.holder', CAST(:holder AS text), true), "
    "set_config('hub.now', CAST(:now AS text), true), set_config('hub.party', :party, true)"
).bindparams(
    bindparam("holder", type_=BigInteger), bindparam("now", type_=BigInteger), bindparam("party", type_=String)
)


def build_wall(connection: Connection) -> None:
    """Make the role, its rights and the first policies. For a migration; needs CREATEROLE, or a role made beforehand:
    `CREATE ROLE hub_reader NOLOGIN; GRANT hub_reader TO <the hub's login>`."""
    there = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = 'hub_reader'").first()
    if there is None:
        connection.exec_driver_sql(f"CREATE ROLE {READER} NOLOGIN")
    connection.exec_driver_sql(f"GRANT {READER} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT SELECT ON {', '.join(READABLE)} TO {READER}")
    for table in FIRST:
        _police(connection, table)


def wall(connection: Connection, table: str) -> None:
    """Bring a table with places that came later behind the wall. For a migration."""
    connection.exec_driver_sql(f"GRANT SELECT ON {table} TO {READER}")
    _police(connection, table)


def wall_behind(connection: Connection, table: str, owner: str, *columns: str) -> None:
    """Show a row of `table` to those who are shown the row of `owner`, a walled table, with the same `columns`. For a
    migration."""
    same = " AND ".join(f"o.{column} = {table}.{column}" for column in columns)
    connection.exec_driver_sql(f"GRANT SELECT ON {table} TO {READER}")
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(
        f"CREATE POLICY slice ON {table} FOR SELECT TO {READER} USING (EXISTS (SELECT 1 FROM {owner} o WHERE {same}))"  # noqa: S608 - constants
    )


def _police(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(
        f"CREATE POLICY slice ON {table} FOR SELECT TO {READER} USING (EXISTS (SELECT 1 FROM grant_ g "  # noqa: S608 - constants
        f"WHERE g.holder = {_HOLDER} AND g.person = {table}.person AND g.since <= {_NOW} AND g.until > {_NOW} AND ("
        f"g.sees & {table}.needs = {table}.needs OR {table}.holder = {_PARTY} "
        f"OR g.own & {table}.stake_needs = {table}.stake_needs)))"
    )


def enter(connection: Connection, sight: Sight) -> None:
    """Stand behind the wall as `sight` for the rest of the transaction."""
    bound = sight.bound
    connection.execute(_ENTER, {name: bound[name] for name in ("holder", "now", "party")})
