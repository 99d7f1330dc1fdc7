"""Row-level security on PostgreSQL, as versions 0001, 0002 and 0005 put it in place. Frozen: versions that are released use it.

A database that was migrated a year ago and one that is made today must have the same policies, so this module is not
changed and imports nothing of the hub. A version that changes a policy drops it and creates the new one itself. There
are no downgrades: `versions/__init__.py` says why.
"""

from __future__ import annotations

from sqlalchemy import Connection

_READER = "hub_reader"
_FIRST = ("part", "index_token", "index_string", "index_date", "worklist")
_READABLE = (*_FIRST, "resource", "grant_", "stake", "withheld")

_HOLDER = "NULLIF(current_setting('hub.holder', true), '')::bigint"
_NOW = "NULLIF(current_setting('hub.now', true), '')::bigint"
_PARTY = "NULLIF(current_setting('hub.party', true), '')"


def create_reader(connection: Connection) -> None:
    """Create the role `hub_reader`, its rights and the policies of the tables of version 0001.

    Needs CREATEROLE, or a role that was made beforehand:
    `CREATE ROLE hub_reader NOLOGIN; GRANT hub_reader TO <the hub's login>`.
    """
    role = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = 'hub_reader'").first()
    if role is None:
        connection.exec_driver_sql(f"CREATE ROLE {_READER} NOLOGIN")
    connection.exec_driver_sql(f"GRANT {_READER} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT SELECT ON {', '.join(_READABLE)} TO {_READER}")
    for table in _FIRST:
        _secure(connection, table)


def secure_table(connection: Connection, table: str) -> None:
    """Let `hub_reader` read `table` (with columns person, needs, stake_needs and holder) where a valid grant reaches the row."""
    connection.exec_driver_sql(f"GRANT SELECT ON {table} TO {_READER}")
    _secure(connection, table)


def secure_table_behind(connection: Connection, table: str, owner: str, *columns: str) -> None:
    """Let `hub_reader` read a row of `table` where it can read the row of `owner` that has the same `columns`."""
    same = " AND ".join(f"o.{column} = {table}.{column}" for column in columns)
    connection.exec_driver_sql(f"GRANT SELECT ON {table} TO {_READER}")
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(
        f"CREATE POLICY slice ON {table} FOR SELECT TO {_READER} USING (EXISTS (SELECT 1 FROM {owner} o WHERE {same}))"  # noqa: S608 - constants
    )


def _secure(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(
        f"CREATE POLICY slice ON {table} FOR SELECT TO {_READER} USING (EXISTS (SELECT 1 FROM grant_ g "  # noqa: S608 - constants
        f"WHERE g.holder = {_HOLDER} AND g.person = {table}.person AND g.since <= {_NOW} AND g.until > {_NOW} AND ("
        f"g.sees & {table}.needs = {table}.needs OR {table}.holder = {_PARTY} "
        f"OR g.own & {table}.stake_needs = {table}.stake_needs)))"
    )
