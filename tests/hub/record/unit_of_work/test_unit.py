"""A batch: what is staged, seen and reacted to before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.domain.errors import NotFound
from hub.domain.sections import sections
from hub.record.db.clock import tick
from hub.record.unit_of_work.unit import Batch, part_of, says, stored_parts
from hub.slices import join, rid_of_reference, split, unfolded
from tests.territory import PERSON, Territory, condition, person, statements, task


@pytest.fixture
def batch(here: Territory) -> Iterator[Batch]:
    with here.store.write() as connection:
        yield Batch(connection, tick(connection, here.store.now()), here.store.new_id)


def test_a_new_resource_gets_an_id_unless_it_has_one(batch: Batch) -> None:
    assert batch.create({"resourceType": "Task", "id": "mine"}, by="") == "Task/mine"
    name = batch.create({"resourceType": "Task"}, by="")
    assert name.startswith("Task/")
    assert batch.changes[name].after["id"] == name.partition("/")[2]


def test_what_is_staged_is_what_stands(batch: Batch) -> None:
    batch.create({"resourceType": "Task", "id": "t", "status": "draft"}, by="")
    assert batch.whole("Task/t")["status"] == "draft"
    batch.replace("Task/t", {"resourceType": "Task", "id": "t", "status": "requested"}, by="")
    assert batch.whole("Task/t")["status"] == "requested"
    assert batch.changes["Task/t"].before is None  # one version: still a creation


def test_the_whole_is_what_was_stored(batch: Batch) -> None:
    assert batch.whole(PERSON) == person()
    with pytest.raises(NotFound):
        batch.whole("Patient/none")


def test_each_step_of_a_resource_staged_twice_is_reacted_to(batch: Batch) -> None:
    batch.replace(PERSON, person() | {"active": False}, by="")
    batch.replace(PERSON, person() | {"gender": "other"}, by="")
    steps = [(step.before, step.after) for step in batch.react_to()]
    said = [(before["active"], before["gender"], after["active"], after["gender"]) for before, after in steps if before]
    assert said == [(True, "female", True, "other"), (False, "female", True, "other")]
    assert list(batch.react_to()) == []


def test_reactions_may_stage_more(batch: Batch) -> None:
    batch.create({"resourceType": "Task", "id": "a"}, by="")
    names = []
    for change in batch.react_to():
        names.append(change.name)
        if change.name == "Task/a":
            batch.create({"resourceType": "Task", "id": "b"}, by="")
    assert names == ["Task/a", "Task/b"]


def test_look_up_learns_once_what_is_there(here: Territory, batch: Batch) -> None:
    batch.look_up([PERSON, "Organization/cmp", "Organization/none"])
    assert set(batch.known) == {PERSON, "Organization/cmp"}
    assert batch.known[PERSON].person == rid_of_reference(PERSON)
    assert batch.known["Organization/cmp"].target.reveals == sections().entry("psychiatric")
    assert batch.known["Organization/cmp"].target.directory
    with statements(here.store) as said:
        batch.look_up([PERSON, "Organization/none"])
    assert said == []


def test_facts_are_kept_once_and_never_from_before_now(batch: Batch) -> None:
    person_rid = rid_of_reference(PERSON)
    for _ in range(2):
        batch.relate(person_rid, "Organization/saad", "circle", "CareTeam/t", since=5)
        batch.stake("Task/t", "Organization/saad", "owns", "Task/t", person_rid)
        batch.consent(person_rid, "Consent/c", "permit", "*", "*", 5, batch.time + 9)
    assert {name: len(rows) for name, rows in batch.rows.items()} == {"relation": 1, "stake": 1, "consent_fact": 1}
    assert {rows[0]["since"] for rows in batch.rows.values()} == {batch.time}
    assert batch.persons == {person_rid}
    batch.end("stake", person_rid, kind="owns", party="Organization/saad")
    assert batch.ends == [("stake", {"kind": "owns", "party": "Organization/saad", "person": person_rid}, batch.time)]


def test_stored_parts_come_back_as_they_were_split(here: Territory) -> None:
    here.write(condition("c"), task("open", focus="ServiceRequest/none") | {"focus": {"display": "rien"}})
    with here.store.write() as connection:
        for name in ("Condition/c", "Task/open", PERSON):
            batch = Batch(connection, 0, here.store.new_id)
            whole = batch.whole(name)
            rows = stored_parts(batch, rid_of_reference(name))
            parts = unfolded(part_of(row) for row in rows)
            assert {part.place for part in parts} == {part.place for part in split(whole, {})}
            assert {"resourceType": whole["resourceType"], "id": whole["id"]} | join(parts) == whole
            assert [row.key for row in rows] == sorted(row.key for row in rows)


def test_says_leaves_out_ranks() -> None:
    assert says(b'"a":1', b'{"note":[[3,"x"],[7,"y"]]}') == {"a": 1, "note": ["x", "y"]}
    assert says(b"", b"") == {}


def test_a_fact_is_not_compared_with_all_before_it(batch: Batch) -> None:
    class Party(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            Party.compared += 1
            return str.__eq__(self, other)

    for number in [*range(200), *range(200)]:
        batch.stake("Task/t", Party("Organization/saad"), "owns", f"Task/{number}", 7)
    assert len(batch.rows["stake"]) == 200
    assert Party.compared <= 400
