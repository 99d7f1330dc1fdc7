"""What a condition means: the actor's own search, behind the clock (`docs/leaks.md` L58–L61; docs/security.md AC16, AC17)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.db.store import Store
from hub.record.write.transaction import Entry, Written
from tests.territory import PERSON, Territory, condition, settle_territory, statements

MINE = (("identifier", "urn:x|1"),)


@pytest.fixture
def here(store: Store) -> Territory:
    found = settle_territory(store)
    found.join_circle("medecin_traitant", "ssiad", "hosp_clinicien")
    found.pass_time()
    return found


def goal(value: str = "1") -> dict[str, object]:
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "identifier": [{"system": "urn:x", "value": value}],
        "description": {"text": "Marcher"},
        "subject": {"reference": PERSON},
    }


def make(here: Territory, role: str = "medecin_traitant", asked: tuple[tuple[str, str], ...] = MINE) -> Written:
    record = here.open(role)
    return record.write(Entry("POST", record.new_name("Goal"), goal(), condition=asked))


def test_what_is_there_is_found_and_not_made_again(here: Territory) -> None:
    made, found = make(here), make(here)
    assert (made.created, found.created) == (True, False)
    assert found.slice == made.slice
    assert here.open("ssiad").search("Goal", [*MINE, ("_summary", "count")]).total == 1


def test_of_two_who_ask_at_once_one_makes_and_the_other_finds(here: Territory) -> None:
    start = Barrier(4)

    def race(_: int) -> Written:
        start.wait(10)
        return make(here)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(race, range(4)))
    assert sorted(one.created for one in done) == [False, False, False, True]
    assert len({one.slice.name for one in done}) == 1


def test_several_are_a_conflict_that_names_none(here: Territory) -> None:
    for _ in range(2):
        here.open("medecin_traitant").create(goal())
    with pytest.raises(Conflict) as refusal:
        make(here)
    assert [(one.code, one.where) for one in refusal.value.problems] == [("condition-several", "")]


def test_what_is_hidden_matches_nothing(here: Territory) -> None:
    hidden = condition("h", "F20.0", identifier=[{"system": "urn:x", "value": "1"}])
    here.write(hidden)
    record = here.open("hosp_clinicien")
    sent = {name: value for name, value in condition("x", identifier=hidden["identifier"]).items() if name != "id"}
    # Its code alone shows it to be of psychiatry; the hospital, which was given no leave, sees nothing of that.
    assert record.search("Condition", [("identifier", "urn:x|1")]).slices == []
    with pytest.raises(NotFound):
        record.write(Entry("PATCH", record.new_name("Condition"), {}, None, MINE, lambda seen: seen))
    made = record.write(Entry("POST", record.new_name("Condition"), sent, condition=MINE))
    assert made.created


def test_an_update_by_condition_changes_the_one_or_makes_it(here: Territory) -> None:
    record = here.open("medecin_traitant", lenient_update=True)
    made = record.write(Entry("PUT", record.new_name("Goal"), goal(), None, MINE))
    assert made.created
    here.pass_time()
    changed = record.write(Entry("PUT", record.new_name("Goal"), goal() | {"lifecycleStatus": "completed"}, None, MINE))
    assert (changed.created, changed.slice.name) == (False, made.slice.name)
    assert json.loads(changed.slice.body)["lifecycleStatus"] == "completed"


def test_an_update_by_condition_is_against_ones_own_version(here: Territory) -> None:
    record = here.open("medecin_traitant")
    made = make(here)
    entry = Entry("PUT", record.new_name("Goal"), goal() | {"lifecycleStatus": "completed"}, None, MINE)
    with pytest.raises(Invalid, match="if-match-required"):
        record.write(entry)
    assert not record.write(Entry("PUT", entry.name, entry.resource, made.slice.version, MINE)).created
    with pytest.raises(Conflict, match="version-conflict"):
        record.write(Entry("PUT", entry.name, goal("2"), made.slice.version, (("identifier", "urn:x|2"),)))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ((), "condition-empty"),
        ((("_count", "1"),), "parameter-unknown"),
        ((("identifier", "a"), ("_sort", "_id")), "parameter-unknown"),
        ((("_include", "Goal:patient"),), "parameter-unknown"),
        ((("foo", "bar"),), "parameter-unknown"),
    ],
)
def test_what_says_nothing_is_refused_before_anything_is_read(here: Territory, asked, code) -> None:
    with pytest.raises(Invalid) as refusal, statements(here.store) as said:
        make(here, asked=asked)
    assert [one.code for one in refusal.value.problems] == [code]
    assert said == []


@pytest.mark.parametrize(
    ("method", "scopes"),
    [
        ("POST", "system/Goal.cru"),
        ("POST", "system/Goal.rus"),
        ("PUT", "system/Goal.rus"),
        ("PUT", "system/Goal.cru"),
        ("PATCH", "system/Goal.cru"),
        ("PATCH", "system/Goal.crs"),
    ],
)
def test_a_condition_is_a_search_too_and_may_make(here: Territory, method: str, scopes: str) -> None:
    record = here.open("medecin_traitant", scopes=(scopes,))
    with pytest.raises(Refused), statements(here.store) as said:
        record.write(Entry(method, record.new_name("Goal"), goal(), None, MINE, lambda seen: seen))
    assert said == []
