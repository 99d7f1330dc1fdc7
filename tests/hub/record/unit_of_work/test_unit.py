"""A unit of work: what is staged, seen and reacted to before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.domain.errors import NotFound
from hub.record.db.clock import tick
from hub.record.unit_of_work.unit import UnitOfWork
from tests.territory import PERSON, Territory, person


@pytest.fixture
def unit(here: Territory) -> Iterator[UnitOfWork]:
    with here.store.write() as connection:
        yield UnitOfWork(connection, tick(here.store, connection), here.store.new_id)


def test_a_new_resource_gets_an_id_unless_it_has_one(unit: UnitOfWork) -> None:
    assert unit.create({"resourceType": "Task", "id": "mine"}, by="") == "Task/mine"
    name = unit.create({"resourceType": "Task"}, by="")
    assert name.startswith("Task/")
    assert unit.changes[name].after["id"] == name.partition("/")[2]


def test_what_is_staged_is_what_stands(unit: UnitOfWork) -> None:
    unit.create({"resourceType": "Task", "id": "t", "status": "draft"}, by="")
    assert unit.read_whole("Task/t")["status"] == "draft"
    unit.replace("Task/t", {"resourceType": "Task", "id": "t", "status": "requested"}, by="")
    assert unit.read_whole("Task/t")["status"] == "requested"
    assert unit.changes["Task/t"].before is None  # one version: still a creation


def test_the_whole_is_what_was_stored(unit: UnitOfWork) -> None:
    assert unit.read_whole(PERSON) == person()
    with pytest.raises(NotFound):
        unit.read_whole("Patient/none")


def test_each_step_of_a_resource_staged_twice_is_reacted_to(unit: UnitOfWork) -> None:
    unit.replace(PERSON, person() | {"active": False}, by="")
    unit.replace(PERSON, person() | {"gender": "other"}, by="")
    steps = [(step.before, step.after) for step in unit.take_pending()]
    said = [(before["active"], before["gender"], after["active"], after["gender"]) for before, after in steps if before]
    assert said == [(True, "female", True, "other"), (False, "female", True, "other")]
    assert list(unit.take_pending()) == []


def test_reactions_may_stage_more(unit: UnitOfWork) -> None:
    unit.create({"resourceType": "Task", "id": "a"}, by="")
    names = []
    for change in unit.take_pending():
        names.append(change.name)
        if change.name == "Task/a":
            unit.create({"resourceType": "Task", "id": "b"}, by="")
    assert names == ["Task/a", "Task/b"]
