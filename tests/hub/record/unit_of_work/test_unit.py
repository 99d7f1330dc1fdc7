"""A unit of work: what is staged, seen and reacted to before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.domain.errors import NotFound
from hub.domain.sections import load_sections
from hub.record.access.derive import ConsentStatement
from hub.record.db.clock import tick
from hub.record.tables.base import EVER
from hub.record.unit_of_work.part_rows import part_of, says
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import extract_core, get_reference_rid, join, split
from tests.territory import PERSON, Territory, condition, person, statements, task


@pytest.fixture
def unit(here: Territory) -> Iterator[UnitOfWork]:
    with here.store.write() as connection:
        yield UnitOfWork(connection, tick(connection, here.store.now()), here.store.new_id)


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


def test_look_up_learns_once_what_is_there(here: Territory, unit: UnitOfWork) -> None:
    unit.targets.look_up([PERSON, "Organization/cmp", "Organization/none"])
    assert set(unit.targets.known) == {PERSON, "Organization/cmp"}
    assert unit.targets.known[PERSON].person == get_reference_rid(PERSON)
    assert unit.targets.known["Organization/cmp"].target.reveals == load_sections().entry("psychiatric")
    assert unit.targets.known["Organization/cmp"].target.directory
    with statements(here.store) as said:
        unit.targets.look_up([PERSON, "Organization/none"])
    assert said == []


def test_facts_are_kept_once_and_never_from_before_now(unit: UnitOfWork) -> None:
    person_rid = get_reference_rid(PERSON)
    for _ in range(2):
        unit.facts.add_tie(person_rid, "Organization/saad", "circle", "CareTeam/t", (5, EVER))
        unit.facts.add_stake("Task/t", "Organization/saad", "owns", "Task/t", person_rid)
        unit.facts.add_consent(person_rid, "Consent/c", ConsentStatement("permit", "*", "*", 5, unit.time + 9))
    assert {name: len(rows) for name, rows in unit.facts.rows.items()} == {"relation": 1, "stake": 1, "consent_fact": 1}
    assert {rows[0]["since"] for rows in unit.facts.rows.values()} == {unit.time}
    assert unit.facts.persons == {person_rid}
    unit.facts.end("stake", person_rid, kind="owns", party="Organization/saad")
    assert unit.facts.ends == [
        ("stake", {"kind": "owns", "party": "Organization/saad", "person": person_rid}, unit.time)
    ]


def test_stored_parts_come_back_as_they_were_split(here: Territory) -> None:
    here.write(condition("c"), task("open", focus="ServiceRequest/none") | {"focus": {"display": "rien"}})
    with here.store.write() as connection:
        for name in ("Condition/c", "Task/open", PERSON):
            unit = UnitOfWork(connection, 0, here.store.new_id)
            whole = unit.read_whole(name)
            rows = unit.stored.get(get_reference_rid(name))
            parts = extract_core(part_of(row) for row in rows)
            assert {part.place for part in parts} == {part.place for part in split(whole, {})}
            assert {"resourceType": whole["resourceType"], "id": whole["id"]} | join(parts) == whole
            assert [row.key for row in rows] == sorted(row.key for row in rows)


def test_says_leaves_out_ranks() -> None:
    assert says(b'"a":1', b'{"note":[[3,"x"],[7,"y"]]}') == {"a": 1, "note": ["x", "y"]}
    assert says(b"", b"") == {}


def test_a_fact_is_not_compared_with_all_before_it(unit: UnitOfWork) -> None:
    class Party(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            Party.compared += 1
            return str.__eq__(self, other)

    for number in [*range(200), *range(200)]:
        unit.facts.add_stake("Task/t", Party("Organization/saad"), "owns", f"Task/{number}", 7)
    assert len(unit.facts.rows["stake"]) == 200
    assert Party.compared <= 400
