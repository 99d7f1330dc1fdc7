"""The past page by page, of one resource and of a type (`docs/leaks.md` L09, L10)."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.db.store import Store
from tests.territory import PERSON, Territory, condition, request, settle_territory, statements, task


@pytest.fixture
def here(store: Store) -> Territory:
    """Two Tasks of the nurses and one of psychiatry, each changed twice."""
    found = settle_territory(store)
    found.join_circle("medecin_traitant", "ssiad", "psy_cmp", "hosp_clinicien")
    for name, owner in (("a", "Organization/ssiad"), ("b", "Organization/ssiad"), ("h", "Organization/cmp")):
        found.pass_time()
        found.write(request(name), task(name, owner, f"ServiceRequest/{name}"))
    for step in range(2):
        for name in "abh":
            found.pass_time()
            found.change(f"Task/{name}", description=f"Étape {step}")
    return found


def moments(here: Territory, role: str, *asked: tuple[str, str]) -> list[tuple[str, str, bool]]:
    """(name, version, created) of all pages."""
    found, cursor = [], None
    while True:
        page = here.open(role).history(
            "Task", [one for one in asked if not cursor or one[0] == "_count"], cursor=cursor
        )
        found += [(one.slice.name, one.slice.version, one.created) for one in page.entries]
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize("role", ["ssiad", "psy_cmp", "medecin_traitant", "hosp_clinicien", "saad"])
@pytest.mark.parametrize("count", ["1", "2", "3", "50"])
def test_that_of_a_type_is_those_of_its_resources_in_the_order_of_time(here: Territory, role: str, count: str) -> None:
    record = here.open(role)
    each = []
    for name in ("Task/a", "Task/b", "Task/h"):
        try:
            each += record.history(name).entries
        except NotFound:
            continue
    expected = sorted(each, key=lambda one: (one.slice.updated, one.slice.name), reverse=True)
    assert moments(here, role, ("_count", count)) == [
        (one.slice.name, one.slice.version, one.created) for one in expected
    ]


def test_every_version_told_can_be_read(here: Territory) -> None:
    record = here.open("ssiad")
    told = record.history("Task").slices
    assert len(told) >= 6
    for one in told:
        assert record.vread(one.name, one.version) == one


def test_rights_given_later_move_the_present_version_and_add_none(here: Territory) -> None:
    here.pass_time()
    here.join_circle("medecin_traitant", "ssiad", "psy_cmp", "hosp_clinicien", "ems_apa")
    told = here.open("ems_apa").history("Task").entries
    names = [one.slice.name for one in told]
    assert {name: names.count(name) for name in names} == {
        name: len(here.open("ems_apa").history(name).entries) for name in names
    }
    assert told[0].slice == here.open("ems_apa").read(names[0])


def test_a_page_asks_as_much_of_a_small_record_as_of_a_large_one(here: Territory) -> None:
    record = here.open("medecin_traitant")
    with statements(here.store) as small:
        record.history("Condition")
    for number in range(8):
        here.write(condition(f"c{number}"))
        here.change(f"Condition/c{number}", note=[{"text": "x"}])
    with statements(here.store) as large:
        assert len(record.history("Condition").entries) == 16
    # One more when there is something to show; then as many, however much it is.
    assert len(large) <= len(small) + 1
    for number in range(8, 12):
        here.write(condition(f"c{number}"))
    with statements(here.store) as larger:
        record.history("Condition")
    assert len(larger) == len(large)


def test_a_cursor_is_of_one_actor_and_one_question(here: Territory) -> None:
    page = here.open("ssiad").history("Task", [("_count", "1")])
    for role, name in (("psy_cmp", "Task"), ("ssiad", "ServiceRequest"), ("ssiad", "Task/a")):
        with pytest.raises(Invalid, match="parameter-value@_cursor"):
            here.open(role).history(name, [("_count", "1")], cursor=page.next)
    with pytest.raises(Invalid, match="parameter-beside-cursor@_since"):
        here.open("ssiad").history("Task", [("_since", "2026")], cursor=page.next)


@pytest.mark.parametrize(
    "asked", [("_at", "2026"), ("status", "x"), ("_since", "x"), ("_count", "-1"), ("_sort", "_id")]
)
def test_what_a_history_does_not_take_is_refused_before_anything_is_read(here: Territory, asked) -> None:
    with pytest.raises(Invalid), statements(here.store) as said:
        here.open("ssiad").history("Task", [asked])
    assert said == []


def test_that_of_a_type_is_a_search_to_the_scopes(here: Territory) -> None:
    assert here.open("ssiad", scopes=("system/Task.s",)).history("Task").entries
    with pytest.raises(Refused):
        here.open("ssiad", scopes=("system/Task.r",)).history("Task")
    with pytest.raises(Refused):
        here.open("ssiad", scopes=("system/Task.s",)).history("Task/a")
    assert here.open("ssiad").history(PERSON).entries
