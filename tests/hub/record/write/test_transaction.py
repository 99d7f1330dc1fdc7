"""A transaction staged: conditions, links, patches, and the entries that are told when something is wrong."""

from __future__ import annotations

import json

import pytest

from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.db.store import Store
from hub.record.unit_of_work.prefetch import prefetch
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.unit_of_work.writer_view import WriterView
from hub.record.write.transaction import Entry
from hub.slices import get_reference_rid
from tests.territory import PERSON, Territory, condition, settle_territory, statements
from tests.traces import traces

CONDITION = (("identifier", "urn:x|1"),)


@pytest.fixture
def here(store: Store) -> Territory:
    found = settle_territory(store)
    found.join_circle("medecin_traitant", "gestionnaire", "ssiad")
    found.pass_time()
    return found


def goal(**more: object) -> dict[str, object]:
    found = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Marcher"}}
    return {**found, "identifier": [{"system": "urn:x", "value": "1"}], "subject": {"reference": PERSON}, **more}


def plan(*goals: str) -> dict[str, object]:
    found = {"resourceType": "CarePlan", "status": "draft", "intent": "plan", "title": "Fictif"}
    links = {"goal": [{"reference": name} for name in goals]} if goals else {}
    return {**found, "subject": {"reference": PERSON}, **links}


def test_links_lead_to_what_was_there_instead_of_what_would_have_been_made(here: Territory) -> None:
    record = here.open("medecin_traitant")
    there = record.create(goal()).name
    ahead, other = record.new_name("Goal"), record.new_name("CarePlan")
    done = record.transact(
        [
            Entry("POST", other, plan(ahead, "Goal?identifier=urn:x|1"), place="Bundle.entry[0]"),
            Entry("POST", ahead, goal(), condition=CONDITION, place="Bundle.entry[1]"),
        ]
    )
    assert [(one.slice.name, one.created) for one in done] == [(other, True), (there, False)]
    assert json.loads(done[0].slice.body)["goal"] == [{"reference": there}] * 2


def test_a_reference_by_search_is_for_transactions_alone(here: Territory) -> None:
    record = here.open("medecin_traitant")
    record.create(goal())
    with pytest.raises(Invalid):
        record.write(Entry("POST", record.new_name("CarePlan"), plan("Goal?identifier=urn:x|1")))


def test_a_patch_may_point_to_what_is_made_beside_it(here: Territory) -> None:
    record = here.open("medecin_traitant")
    held = record.create(plan())
    here.pass_time()
    ahead = record.new_name("Goal")
    done = record.transact(
        [
            Entry(
                "PATCH", held.name, {}, held.version, apply_patch=lambda seen: seen | {"goal": [{"reference": ahead}]}
            ),
            Entry("POST", ahead, goal()),
        ]
    )
    assert json.loads(done[0].slice.body)["goal"] == [{"reference": ahead}]


def test_what_is_written_twice_is_told_at_the_second(here: Territory) -> None:
    record = here.open("medecin_traitant")
    there = record.create(goal())
    changed = goal(lifecycleStatus="completed")
    twice = (
        [Entry("PUT", there.name, changed, there.version, place=f"e{rank}") for rank in range(2)],
        [
            Entry("PUT", there.name, changed, there.version, place="e0"),
            Entry("PUT", record.new_name("Goal"), changed, there.version, CONDITION, place="e1"),
        ],
        [
            Entry("POST", record.new_name("Goal"), goal(), condition=(("identifier", "2"),), place=f"e{rank}")
            for rank in range(2)
        ],
    )
    for entries in twice:
        with pytest.raises(Invalid) as refusal:
            record.transact(entries)
        assert [(one.code, one.where) for one in refusal.value.problems] == [("entry-twice", "e1")]
    assert record.read(there.name) == there


@pytest.mark.parametrize(
    ("entry", "error", "where"),
    [
        (Entry("POST", "Goal/x", {"resourceType": "Goal"}, place="e"), Invalid, "e.resource.description"),
        (Entry("POST", "Goal/x", goal(lifecycleStatus="x"), place="e"), Invalid, "e.resource.lifecycleStatus"),
        (Entry("POST", "Goal/x", goal(), condition=(("foo", "x"),), place="e"), Invalid, "e.request"),
        (Entry("POST", "CarePlan/x", plan("Goal?identifier=no|thing"), place="e"), Invalid, "e.resource.goal"),
        (Entry("PUT", PERSON, {"resourceType": "Patient", "id": "jeanne"}, "a" * 52, place="e"), Conflict, "e"),
    ],
)
def test_what_is_wrong_is_told_by_its_entry(here: Territory, entry, error, where) -> None:
    with pytest.raises(error) as refusal:
        here.open("gestionnaire").transact([entry])
    assert where in {one.where for one in refusal.value.problems}
    assert all(one.where.startswith("e") for one in refusal.value.problems)


def test_a_reading_that_finds_nothing_undoes_all_and_leaves_its_trace(here: Territory) -> None:
    record = here.open("medecin_traitant")
    name = record.new_name("Goal")
    with pytest.raises(NotFound):
        record.transact([Entry("POST", name, goal())], lambda within: within.read("Goal/none"))
    with pytest.raises(NotFound):
        record.read(name)
    assert [row.asked for row in traces(here.store) if row.action == "transaction"] == ["Goal/none"]


def test_what_is_read_within_is_judged_as_any_reading(here: Territory) -> None:
    record = here.open("medecin_traitant", scopes=("system/Goal.c",))
    with pytest.raises(Refused):
        record.transact([Entry("POST", record.new_name("Goal"), goal())], lambda within: within.read(PERSON))


def test_as_many_statements_for_many_edits_as_for_few(here: Territory) -> None:
    record = here.open("medecin_traitant")
    goals = [record.create(goal(identifier=[{"system": "urn:x", "value": str(rank)}])) for rank in range(12)]
    here.write(*(condition(f"c{rank}") for rank in range(12)))
    here.pass_time()

    def edits(first: int, last: int) -> list[Entry]:
        reason = {"addresses": [{"reference": f"Condition/c{first}"}]}
        puts = [
            Entry("PUT", one.name, goal(description={"text": "Autre"}, **reason), one.version)
            for one in goals[first:last]
        ]
        one = goals[last]
        return [
            *puts,
            Entry("PATCH", one.name, {}, one.version, apply_patch=lambda seen: seen | {"lifecycleStatus": "planned"}),
        ]

    with statements(here.store) as few:
        record.transact(edits(0, 2))
    with statements(here.store) as many:
        done = record.transact(edits(3, 11))
    assert [json.loads(one.slice.body)["lifecycleStatus"] for one in done] == ["active"] * 8 + ["planned"]
    assert len(many) == len(few)


def test_nothing_is_loaded_of_what_its_writer_does_not_see(here: Territory) -> None:
    """Not even to be refused: the hidden costs what the absent costs (`docs/leaks.md` L136)."""
    here.write(condition("seen"), condition("hidden", "F20.0"))
    seen, hidden, absent = "Condition/seen", "Condition/hidden", "Condition/absent"
    asked: dict[str, list[str]] = {}
    for names in ((seen, hidden), (seen, absent)):
        with here.store.write() as connection, statements(here.store) as said:
            unit = UnitOfWork(connection, here.store.now(), here.store.new_id)
            prefetch(unit, WriterView(here.session("ssiad", connection)), [], names)
        assert list(unit.stored.rows) == [get_reference_rid(seen)]
        assert set(unit.targets.known) == {seen, PERSON}
        asked[names[1]] = list(said)
    assert len(asked[hidden]) == len(asked[absent])
