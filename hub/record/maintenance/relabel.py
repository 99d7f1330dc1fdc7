"""`relabel`: place all stored resources again by the present pages of `config/` (`docs/parts.md` 28).

A part whose place does not change keeps its row, and so its version and time. A part that changes its place keeps its `since`,
and gets a new version for the actors who see the former place or the new one.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Select, delete, func, insert, inspect, select

from hub.record.access.grants import rebuild_grants
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.maintenance.former_messages import carry_intake_task, give_to_intake, select_unplaced
from hub.record.reactions.stakes import carry_message
from hub.record.reactions.ties import carry_representatives
from hub.record.tables import placement_pages, resource
from hub.record.unit_of_work.relabel import relabel, relabel_sources
from hub.record.unit_of_work.store_rows import store_facts
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_fingerprint
from hub.slices.placement.narrow import place_narrowly

# How many resources are placed in one transaction, so that other writers wait less than a second.
STEP = 50


def relabel_all(store: Store, report: Callable[[int, int], None] = lambda _count, _total: None) -> int:
    """Split every resource again, note the fingerprint of the pages, and return how many resources there are.

    `report` is called after each step with the number done and the total. A run that was interrupted starts again from the
    beginning; resources that it placed already do not change."""
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
    unit = UnitOfWork(connection, tick(store, connection), store.new_id)
    rows = connection.execute(select(resource).where(resource.c.rid.in_(rids))).all()
    unplaced = select_unplaced(unit, rows)
    changed = [rid for rid in rids if relabel(unit, rid, *([place_narrowly] if rid in unplaced else []))]
    relabel_sources(unit, changed)
    unit.stored.forget()
    for row in rows:
        if row.rid in unplaced:
            give_to_intake(unit, f"{row.type}/{row.id}", unplaced[row.rid])
        elif row.type == "Task":
            carry_intake_task(unit, unit.read_whole(f"Task/{row.id}"))
        elif row.type == "Communication":
            carry_message(unit, f"Communication/{row.id}", row.person)
        elif row.type == "Patient":
            carry_representatives(unit, unit.read_whole(f"Patient/{row.id}"))
    store_facts(unit)
    rebuild_grants(connection, unit.facts.persons)


def is_relabel_due(connection: Connection) -> bool:
    """Return whether the stored parts were placed by other pages than the present ones."""
    if not inspect(connection).has_table(placement_pages.name):
        return False
    known = connection.scalar(select(placement_pages.c.fingerprint))
    return known is not None and known != get_fingerprint()


def write_fingerprint(connection: Connection) -> None:
    """Note that the stored parts were placed by the present pages."""
    connection.execute(delete(placement_pages))
    connection.execute(insert(placement_pages).values(fingerprint=get_fingerprint()))


def note_first_pages(connection: Connection) -> None:
    """Note the present pages in a record that has none noted, which is a new one without resources."""
    if connection.scalar(select(placement_pages.c.fingerprint)) is None:
        write_fingerprint(connection)
