"""`relabel`: everything stored placed again by the pages of `config/` as they are now (`docs/parts.md` 28).

A part whose place does not change keeps its row, and with it its version and time; one that moves keeps its `since` and moves for
those who see the place that it left or came to.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Select, delete, func, insert, inspect, select

from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables import placement_pages, resource
from hub.record.unit_of_work.relabel import relabel, relabel_sources
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_fingerprint

# Resources in one transaction: others write in between, and none of them waits longer than a second.
STEP = 50


def relabel_all(store: Store, report: Callable[[int, int], None] = lambda _count, _total: None) -> int:
    """Split every resource again, note the fingerprint of the pages, and return how many resources there are.

    `report` is called after each step with the number done and the total. What is interrupted is done again from the start: what
    is placed already does not change."""
    with store.read() as connection:
        total = connection.scalar(select(func.count()).select_from(resource)) or 0
    count, last = 0, -1
    while True:
        with store.write() as connection:
            rids = list(connection.scalars(_list_after(last)))
            if not rids:
                write_fingerprint(connection)
                return count
            _relabel_step(store, connection, rids)
        count, last = count + len(rids), rids[-1]
        report(count, max(count, total))


def _list_after(last: int) -> Select[int]:
    return select(resource.c.rid).where(resource.c.rid > last).order_by(resource.c.rid).limit(STEP)


def _relabel_step(store: Store, connection: Connection, rids: list[int]) -> None:
    unit = UnitOfWork(connection, tick(connection, store.now()), store.new_id)
    changed = [rid for rid in rids if relabel(unit, rid)]
    relabel_sources(unit, changed)


def is_relabel_due(connection: Connection) -> bool:
    """Return whether the stored parts were placed by other pages than those of now."""
    if not inspect(connection).has_table(placement_pages.name):
        return False
    known = connection.scalar(select(placement_pages.c.fingerprint))
    return known is not None and known != get_fingerprint()


def write_fingerprint(connection: Connection) -> None:
    """Note that the stored parts are placed by the pages of now."""
    connection.execute(delete(placement_pages))
    connection.execute(insert(placement_pages).values(fingerprint=get_fingerprint()))


def note_first_pages(connection: Connection) -> None:
    """Note the pages of now in a record that has none noted: a new one, in which nothing is stored yet."""
    if connection.scalar(select(placement_pages.c.fingerprint)) is None:
        write_fingerprint(connection)
