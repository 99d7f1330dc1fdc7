"""What SQLite would do for a statement. It plans without figures of the tables, so an empty record tells of a full one."""

from __future__ import annotations

from pathlib import Path

from hub.record.db.statements import CompiledStatement
from hub.record.db.store import open_store
from hub.record.maintenance.migrate import migrate
from tests.conftest import SEAL_KEYS


def steps_of(statement: CompiledStatement, folder: Path) -> list[str]:
    """The lines of the plan of `statement`: https://sqlite.org/eqp.html."""
    store = open_store(f"sqlite:///{folder / 'hub.sqlite'}", SEAL_KEYS, durable=False)
    migrate(store)
    compiled = statement._statement.compile(dialect=store.reader.dialect)
    with store.read() as connection:
        values = (0,) * len(compiled.positiontup)
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    store.dispose()
    return [row[3] for row in found]
