"""The parts of resources as they stand in the record."""

from __future__ import annotations

from hub.record.unit_of_work.part_rows import read_part
from hub.record.unit_of_work.stored_parts import StoredParts
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import extract_core, get_reference_rid, join, split
from tests.territory import PERSON, Territory, condition, statements, task


def test_stored_parts_come_back_as_they_were_split(here: Territory) -> None:
    here.write(condition("c"), task("open", focus="ServiceRequest/none") | {"focus": {"display": "rien"}})
    with here.store.write() as connection:
        for name in ("Condition/c", "Task/open", PERSON):
            unit = UnitOfWork(connection, 0, here.store.new_id)
            whole = unit.read_whole(name)
            rows = unit.stored.get(get_reference_rid(name))
            parts = extract_core(read_part(row) for row in rows)
            assert {part.place for part in parts} == {part.place for part in split(whole, {})}
            assert {"resourceType": whole["resourceType"], "id": whole["id"]} | join(parts) == whole
            assert [row.key for row in rows] == sorted(row.key for row in rows)


def test_rows_are_read_once_until_they_are_forgotten(here: Territory) -> None:
    rid = get_reference_rid(PERSON)
    with here.store.write() as connection:
        stored = StoredParts(connection)
        assert stored.get(rid) and stored.get(7) == []
        with statements(here.store) as said:
            stored.load([rid, 7])
        assert said == []
        stored.forget()
        with statements(here.store) as said:
            stored.load([rid])
        assert len(said) == 1
