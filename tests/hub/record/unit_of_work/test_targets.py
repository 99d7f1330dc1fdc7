"""The targets of references that a unit of work looks up."""

from __future__ import annotations

from hub.domain.sections import load_sections
from hub.record.unit_of_work.targets import TargetInfo, Targets
from hub.slices import get_reference_rid
from tests.territory import PERSON, Territory, condition, statements


def test_look_up_learns_once_what_is_there(here: Territory) -> None:
    with here.store.write() as connection:
        targets = Targets(connection)
        targets.look_up([PERSON, "Organization/cmp", "Organization/none"])
        assert set(targets.known) == {PERSON, "Organization/cmp"}
        assert targets.known[PERSON].person == get_reference_rid(PERSON)
        assert targets.known["Organization/cmp"].target.reveals == load_sections().entry("psychiatric")
        assert targets.known["Organization/cmp"].target.directory
        with statements(here.store) as said:
            targets.look_up([PERSON, "Organization/none"])
        assert said == []


def test_what_is_registered_is_a_target_before_it_is_stored(here: Territory) -> None:
    with here.store.write() as connection:
        targets = Targets(connection)
        info = targets.register("Condition/new", condition("new", "F20.0"), [PERSON])
        assert isinstance(info, TargetInfo)
        assert info.person == get_reference_rid(PERSON)
        assert targets.select(["Condition/new"]) == {"Condition/new": info.target}


def test_whom_a_resource_is_about(here: Territory) -> None:
    with here.store.write() as connection:
        targets = Targets(connection)
        assert targets.find_person(condition("c")) == get_reference_rid(PERSON)
        assert targets.find_person({"resourceType": "Organization", "id": "cmp"}) == 0
