"""All of one person: what is seen, page by page, in as many statements for many resources as for few."""

from __future__ import annotations

import pytest

from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.db.clock import instant
from hub.record.read.everything import parse_everything_params
from hub.record.repository.record import Page
from tests.territory import PERSON, Territory, condition, observation, request, statements, stay, task
from tests.traces import traces


@pytest.fixture
def followed(here: Territory) -> Territory:
    """Jeanne with a little of everything, her GP and her social service around her."""
    here.join_circle("medecin_traitant", "ccas")
    here.write(
        request("vue"),
        task("vue", "Organization/ccas", "ServiceRequest/vue"),
        condition("cardio"),
        condition("psy", "F20.0"),
        stay("ancien", "2020-01-01", "2020-01-31"),
    )
    here.write({"resourceType": "Patient", "id": "autre", "name": [{"family": "Autre"}]})
    here.pass_time()
    return here


def names(page: Page) -> list[str]:
    return [one.name for one in page.slices]


def test_the_person_comes_first_then_all_that_is_seen_of_her(followed: Territory) -> None:
    found = names(followed.open("medecin_traitant").everything(PERSON, []))
    assert found[0] == PERSON
    assert {"Condition/cardio", "Condition/psy", "Task/vue", "Encounter/ancien", "CareTeam/cercle"} <= set(found)
    assert "Patient/autre" not in found
    social = names(followed.open("ccas").everything(PERSON, []))
    assert "Task/vue" in social
    assert not {"Condition/cardio", "Condition/psy"} & set(social)


def test_each_resource_is_as_a_read_gives_it(followed: Territory) -> None:
    record = followed.open("ccas")
    for one in record.everything(PERSON, []).slices:
        assert record.read(one.name) == one


def test_directory_entries_that_are_named_come_along(followed: Territory) -> None:
    page = followed.open("ccas").everything(PERSON, [])
    included = {one.name for one in page.included}
    assert {"Organization/ccas", "Organization/dac"} <= included
    assert "Organization/ems" not in included, "nothing names it"
    assert not followed.open("ccas").everything(PERSON, [("_type", "Task")]).included
    only = followed.open("ccas").everything(PERSON, [("_type", "Task,Organization")])
    assert names(only) == ["Task/vue"]
    assert "Organization/ccas" in {one.name for one in only.included}


@pytest.mark.parametrize("role", ["ssiad", "saad"])
def test_who_does_not_see_the_person_finds_nobody(followed: Territory, role: str) -> None:
    record = followed.open(role)
    for name in (PERSON, "Patient/autre", "Patient/absente"):
        with pytest.raises(NotFound):
            record.everything(name, [])


def test_a_part_of_the_record_without_the_person_is_no_record_of_hers(followed: Territory) -> None:
    """By a stake, one sees one's own request and not the Patient: the operation is on the Patient."""
    author = followed.open("ssiad")
    followed.write(request("envoyee", "Organization/ssiad"), by="Organization/ssiad")
    assert author.read("ServiceRequest/envoyee")
    with pytest.raises(NotFound):
        author.read(PERSON)
    with pytest.raises(NotFound):
        author.everything(PERSON, [])


def test_pages_hold_each_resource_once(followed: Territory) -> None:
    record = followed.open("medecin_traitant")
    whole = names(record.everything(PERSON, []))
    found: list[str] = []
    asked = [("_count", "2")]
    page = record.everything(PERSON, asked)
    while True:
        found += names(page)
        if page.next is None:
            break
        assert len(page.slices) == 2
        page = record.everything(PERSON, asked, cursor=page.next)
    assert found == whole


def test_a_cursor_is_its_askers_alone(followed: Territory) -> None:
    cursor = followed.open("medecin_traitant").everything(PERSON, [("_count", "1")]).next
    assert cursor is not None
    for role, of in (("ccas", PERSON), ("medecin_traitant", "Patient/autre")):
        with pytest.raises(Invalid, match="parameter-value@_cursor"):
            followed.open(role).everything(of, [], cursor=cursor)
    with pytest.raises(Invalid, match="parameter-beside-cursor@_type"):
        followed.open("medecin_traitant").everything(PERSON, [("_type", "Task")], cursor=cursor)


def test_since_keeps_what_moved_in_the_actors_own_sight(followed: Territory) -> None:
    record = followed.open("ccas")
    after = followed.pass_time()
    asked = [("_since", instant(after))]
    assert record.everything(PERSON, asked).slices == []
    followed.change("Condition/cardio", recorder={"reference": "Practitioner/dr"})
    assert record.everything(PERSON, asked).slices == [], "what moved is hidden"
    followed.change("Task/vue", description="Une autre")
    assert names(record.everything(PERSON, asked)) == ["Task/vue"]


def test_dates_are_those_of_care(followed: Territory) -> None:
    followed.write(observation("ancienne", "gir", effectiveDateTime="2020-01-15"))
    record = followed.open("medecin_traitant")

    def found(**dates: str) -> set[str]:
        return set(names(record.everything(PERSON, list(dates.items()))))

    assert {PERSON, "Condition/cardio"} <= found(start="2026") & found(end="2019")
    assert "Encounter/ancien" in found(start="2020-01-31", end="2020-02")
    assert "Encounter/ancien" not in found(start="2020-02-01") | found(end="2019-12-31")


def test_types_and_scopes_narrow(followed: Territory) -> None:
    record = followed.open("medecin_traitant")
    assert set(names(record.everything(PERSON, [("_type", "Condition,Task")]))) == {
        "Condition/cardio",
        "Condition/psy",
        "Task/vue",
    }
    narrow = followed.open("medecin_traitant", scopes=("system/Patient.r", "system/Task.r"))
    assert set(names(narrow.everything(PERSON, []))) == {PERSON, "Task/vue"}
    assert not narrow.everything(PERSON, []).included
    with pytest.raises(Refused):
        followed.open("medecin_traitant", scopes=("system/Task.r",)).everything(PERSON, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_type", "Nothing"),
        ("_type", ""),
        ("_count", "0"),
        ("_count", "x"),
        ("start", "hier"),
        ("end", "2026-13"),
        ("_since", "x"),
    ],
)
def test_a_value_that_is_none_is_refused_by_its_name(followed: Territory, name: str, value: str) -> None:
    with pytest.raises(Invalid, match=f"parameter-value@{name}"):
        followed.open("ccas").everything(PERSON, [(name, value)])


def test_an_unknown_parameter_and_one_given_twice() -> None:
    with pytest.raises(Invalid, match="parameter-unknown@_elements"):
        parse_everything_params([("_elements", "x")])
    with pytest.raises(Invalid, match="parameter-twice@_count"):
        parse_everything_params([("_count", "1"), ("_count", "2")])


def test_as_many_statements_for_many_as_for_few(followed: Territory) -> None:
    record = followed.open("medecin_traitant")
    with statements(followed.store) as few:
        before = len(record.everything(PERSON, []).slices)
    followed.write(*(condition(f"de-plus-{rank}") for rank in range(40)))
    with statements(followed.store) as many:
        after = len(record.everything(PERSON, []).slices)
    assert after == before + 40
    # The Patient, the names, the slices, the directory, the trace.
    assert len(few) == len(many) == 5


def test_the_trace_says_all_that_was_shown(followed: Territory) -> None:
    record = followed.open("ccas")
    page = record.everything(PERSON, [])
    with pytest.raises(NotFound):
        record.everything("Patient/autre", [])
    rows = [(row.shown, row.asked) for row in traces(followed.store) if row.action == "everything"]
    shown = [one.name for one in (*page.slices, *page.included)]
    assert sorted(rows, key=lambda row: row[1]) == [(" ".join(shown), ""), ("", "Patient/autre")]
