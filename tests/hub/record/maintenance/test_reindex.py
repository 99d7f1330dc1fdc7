"""Index rows derived again are those that were written."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import delete, select

from hub.record.maintenance import reindex as reindexing
from hub.record.maintenance.reindex import reindex
from hub.record.unit_of_work.store_rows import INDEXES
from tests.territory import Territory, condition, observation, request, task


def index_of(here: Territory) -> Counter[tuple[object, ...]]:
    with here.store.read() as connection:
        return Counter((table.name, *row) for table in INDEXES for row in connection.execute(select(table)))


def test_the_same_rows_come_again_whatever_was_lost(here: Territory, monkeypatch) -> None:
    monkeypatch.setattr(reindexing, "STEP", 3)
    here.join_circle("ssiad", "psy_cmp")
    here.write(
        condition("c"),
        request("r", requester="Organization/dac", intent="filler-order"),
        task("t", owner="Organization/ssiad", focus="ServiceRequest/r"),
        task("offer", focus="ServiceRequest/r"),
        observation("o", "ald", valueQuantity={"value": 1, "unit": "x"}),
    )
    here.change("Condition/c", onsetString="hier")
    before = index_of(here)
    assert {row[0] for row in before} == {table.name for table in INDEXES}
    with here.store.write() as connection:
        connection.execute(delete(INDEXES[0]).where(INDEXES[0].c.name == "status"))
        assert reindex(connection) > 5
    assert index_of(here) == before
