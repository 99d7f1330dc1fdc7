"""Read, vread and history: clocks and versions (`docs/parts.md` 16–18) of what an actor sees, and of nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode

from hub.domain.dates import parse_moment
from hub.domain.errors import NotFound
from hub.record.db.store import Store
from hub.record.read.current import _SIZES, _compile_current, read_several
from hub.record.read.slice import Slice
from tests.plans import steps_of
from tests.territory import PERSON, Territory, condition, consent, observation, request, task

CONDITION = "Condition/c"


def said(one: Slice) -> dict[str, Any]:
    found: dict[str, Any] = decode(one.body)
    return found


def what(one: Slice) -> dict[str, Any]:
    """What a slice says, its meta aside."""
    return {name: value for name, value in said(one).items() if name != "meta"}


@pytest.fixture
def ward(here: Territory) -> Territory:
    """Jeanne's circle has all that these tests look through; she has a problem with a title and a detail."""
    here.join_circle("medecin_traitant", "ssiad", "ems_apa", "saad", "psy_cmp")
    here.write(condition("c"))
    here.pass_time()
    return here


def test_a_slice_says_its_version_time_and_label(ward: Territory) -> None:
    found = ward.open("ssiad").read(CONDITION)
    meta = said(found)["meta"]
    assert meta["versionId"] == found.version
    assert parse_moment(meta["lastUpdated"]) == found.updated
    assert meta["security"] == [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
    ]
    assert what(found) == condition("c")


def test_the_label_is_the_same_for_who_sees_all_and_for_who_sees_less(ward: Territory) -> None:
    labels = [said(ward.open(role).read(CONDITION))["meta"]["security"] for role in ("ssiad", "ems_apa", "personne")]
    assert labels[0] == labels[1] == labels[2]


def test_hidden_and_absent_are_one_error(ward: Territory) -> None:
    for name in (CONDITION, "Condition/none"):
        with pytest.raises(NotFound) as caught:
            ward.open("saad").read(name)
        assert [(problem.code, problem.where) for problem in caught.value.problems] == [("not-found", "")]


def test_a_hidden_edit_moves_nothing_for_who_does_not_see_it(ward: Territory) -> None:
    titles, whole = ward.open("ems_apa"), ward.open("ssiad")
    before, before_whole = titles.read(CONDITION), whole.read(CONDITION)
    past = titles.history(CONDITION).slices
    ward.change(CONDITION, note=[{"text": "Autre détail"}])
    assert titles.read(CONDITION) == before
    assert titles.history(CONDITION).slices == past
    assert titles.search("Condition", [("_lastUpdated", "gt2026-11-21T08:00:00.5Z")]).slices == []
    after = whole.read(CONDITION)
    assert after.version != before_whole.version
    assert after.updated > before_whole.updated
    assert len(whole.history(CONDITION).slices) == 2


def test_a_visible_edit_moves_the_version_and_leaves_the_old_one_in_history(ward: Territory) -> None:
    titles = ward.open("ems_apa")
    before = titles.read(CONDITION)
    ward.change(CONDITION, onsetString="hier")
    after = titles.read(CONDITION)
    assert (after.version, after.updated) != (before.version, before.updated)
    assert [what(one) for one in titles.history(CONDITION).slices] == [what(after), what(before)]
    past = titles.history(CONDITION).slices[1]
    assert titles.vread(CONDITION, past.version) == past
    assert what(titles.vread(CONDITION, before.version)) == what(before)
    assert titles.vread(CONDITION, after.version) == after


def test_every_version_in_history_can_be_read(ward: Territory) -> None:
    for text in "abc":
        ward.change(CONDITION, onsetString=text)
        ward.pass_time()
    found = ward.open("ssiad").history(CONDITION).slices
    assert len(found) == 4
    assert [one.updated for one in found] == sorted((one.updated for one in found), reverse=True)
    for one in found:
        assert ward.open("ssiad").vread(CONDITION, one.version) == one


def test_two_changes_in_one_microsecond_have_two_times(ward: Territory) -> None:
    versions = {ward.open("ssiad").read(CONDITION).version}
    for text in "abcd":
        ward.change(CONDITION, onsetString=text)
        versions.add(ward.open("ssiad").read(CONDITION).version)
    assert len(versions) == 5
    times = [one.updated for one in ward.open("ssiad").history(CONDITION).slices]
    assert [later - earlier for later, earlier in pairwise(times)][:3] == [1, 1, 1]


def test_a_clock_that_goes_back_takes_no_time_back(ward: Territory) -> None:
    ward.change(CONDITION, onsetString="a")
    before = ward.open("ssiad").read(CONDITION)
    ward.pass_time(-500_000)
    ward.change(CONDITION, onsetString="b")
    after = ward.open("ssiad").read(CONDITION)
    assert after.updated > before.updated
    assert what(after)["onsetString"] == "b"


def test_a_change_that_changes_nothing_is_no_version(ward: Territory) -> None:
    before = ward.open("ssiad").read(CONDITION)
    ward.change(CONDITION, code=condition("c")["code"])
    assert ward.open("ssiad").read(CONDITION) == before


def test_a_place_that_falls_silent_keeps_its_time(ward: Territory) -> None:
    whole, titles = ward.open("ssiad"), ward.open("ems_apa")
    before, unmoved = whole.read(CONDITION), titles.read(CONDITION)
    ward.change(CONDITION, note=None)
    after = whole.read(CONDITION)
    assert "note" not in what(after)
    assert after.updated > before.updated
    assert after.version != before.version
    assert titles.read(CONDITION) == unmoved
    ward.pass_time()
    ward.change(CONDITION, note=[{"text": "de retour"}])
    assert whole.read(CONDITION).updated > after.updated
    assert [("note" in what(one)) for one in whole.history(CONDITION).slices] == [True, False, True]


def test_a_change_of_rank_alone_is_no_version(ward: Territory) -> None:
    ward.write(
        {
            "resourceType": "CareTeam",
            "id": "t",
            "status": "active",
            "subject": {"reference": PERSON},
            "participant": [{"member": {"reference": f"Organization/{name}"}} for name in ("saad", "ccas")],
        }
    )
    before = ward.open("saad").read("CareTeam/t")
    ward.pass_time()
    ward.change("CareTeam/t", lambda team: team["participant"].insert(1, {"member": {"reference": "Organization/cmp"}}))
    assert ward.open("saad").read("CareTeam/t") == before
    ward.change("CareTeam/t", lambda team: team["participant"].reverse())
    after = ward.open("saad").read("CareTeam/t")
    assert after.version != before.version
    assert [one["member"]["reference"] for one in what(after)["participant"]] == [
        "Organization/ccas",
        "Organization/saad",
    ]


# --- Versions that are not one's own ---------------------------------------------------------------------------------


def test_a_version_of_another_place_or_resource_or_nobody_is_not_found(ward: Territory) -> None:
    ward.write(condition("d"))
    mine = ward.open("ssiad").read(CONDITION).version
    with pytest.raises(NotFound):
        ward.open("ems_apa").vread(CONDITION, mine)
    with pytest.raises(NotFound):
        ward.open("ssiad").vread("Condition/d", mine)
    for made_up in ("1", "a" * 52, mine[:-2] + "aa", mine.upper()):
        with pytest.raises(NotFound):
            ward.open("ssiad").vread(CONDITION, made_up)


def test_a_version_from_before_the_rights_changed_is_not_found(ward: Territory) -> None:
    before = ward.open("gestionnaire")
    ward.join_circle("gestionnaire")
    old = before.read(CONDITION).version
    ward.write(condition("p", "F20.0"))
    ward.pass_time()
    ward.consent("permit", "Organization/dac", "psychiatric")
    assert before.read("Condition/p").version
    assert before.vread(CONDITION, old)  # the same places of this resource
    ward.pass_time()
    ward.join_circle("ssiad")
    for version in (old, before_version(ward, "ssiad")):
        with pytest.raises(NotFound):
            before.vread(CONDITION, version)


def before_version(ward: Territory, role: str) -> str:
    return ward.open(role).read(CONDITION).version


def test_a_version_stays_readable_after_the_key_was_changed(ward: Territory) -> None:
    record = ward.open("ssiad")
    version = record.read(CONDITION).version
    ward.store.seal_keys = (b"9" * 64, *ward.store.seal_keys)
    assert what(record.vread(CONDITION, version)) == condition("c")
    assert record.read(CONDITION).version != version
    ward.store.seal_keys = (b"9" * 64,)
    with pytest.raises(NotFound):
        record.vread(CONDITION, version)


def test_what_is_not_visible_now_has_no_versions(ward: Territory) -> None:
    """A title that becomes psychiatric takes its past along: read, vread and history agree."""
    titles = ward.open("ems_apa")
    version = titles.read(CONDITION).version
    ward.change(CONDITION, code=condition("c", "F20.0")["code"])
    for ask in (lambda: titles.read(CONDITION), lambda: titles.history(CONDITION).slices):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(NotFound):
        titles.vread(CONDITION, version)


# --- Rights and time -------------------------------------------------------------------------------------------------


def test_a_new_right_moves_the_time_for_its_holder_alone(ward: Territory) -> None:
    ward.write(observation("o", "financial-difficulty"))
    others = ward.open("medecin_traitant").read(PERSON)
    now = ward.pass_time()
    ward.join_circle("medecin_traitant", "ssiad", "ems_apa", "saad", "psy_cmp", "ccas")
    assert ward.open("ccas").read(PERSON).updated == now
    assert ward.open("medecin_traitant").read(PERSON) == others


def test_what_a_stake_opens_is_history_from_the_stake_on(ward: Territory) -> None:
    ward.write(request("r", requester="Organization/dac"))
    ward.pass_time()
    ward.change("ServiceRequest/r", priority="urgent")
    handed = ward.pass_time()
    ward.write(task("t", owner="Organization/ccas", focus="ServiceRequest/r"))
    ward.pass_time()
    found = ward.open("ccas").history("ServiceRequest/r").slices
    assert [one.updated for one in found] == [handed]
    ward.change("ServiceRequest/r", priority="asap")
    assert [what(one)["priority"] for one in ward.open("ccas").history("ServiceRequest/r").slices] == ["asap", "urgent"]


def test_a_second_stake_takes_no_history_away(ward: Territory) -> None:
    ward.write(task("t", owner="Organization/ccas", focus="ServiceRequest/r"), request("r"))
    ward.pass_time()
    ward.change("Task/t", priority="urgent")
    ward.pass_time()
    before = [what(one) for one in ward.open("ccas").history("Task/t").slices]
    assert len(before) == 2
    ward.write(task("u", owner="Organization/ccas", focus="ServiceRequest/r", input=[
        {"type": {"text": "voir"}, "valueReference": {"reference": "Task/t"}}
    ]))  # fmt: skip
    assert [what(one) for one in ward.open("ccas").history("Task/t").slices] == before


def test_the_end_of_consent_hides_at_once(ward: Territory) -> None:
    ward.write(condition("p", "F20.0"), consent("permit", section="psychiatric", id="k"))
    ward.join_circle("gestionnaire")
    assert ward.open("gestionnaire").read("Condition/p")
    ward.pass_time()
    ward.change("Consent/k", status="inactive")
    with pytest.raises(NotFound):
        ward.open("gestionnaire").read("Condition/p")


def test_read_several_keeps_the_order_and_leaves_out_what_is_hidden(ward: Territory, store: Store) -> None:
    ward.write(condition("d"), condition("p", "F20.0"))
    names = ["Condition/d", "Condition/none", "Condition/p", CONDITION]
    with store.read() as connection:
        if store.on_postgres:
            from hub.record.access.row_level_security import set_rls_context

            set_rls_context(ward.session("ssiad", connection))
        found = read_several(ward.session("ssiad", connection), names)
        assert read_several(ward.session("ssiad", connection), []) == []
    assert [one.name for one in found] == ["Condition/d", CONDITION]


def test_items_of_two_places_that_change_order_are_another_version_for_who_sees_both(ward: Territory) -> None:
    team = ward.join_circle("saad", "psy_cmp")
    ward.pass_time()
    both, one = ward.open("psy_cmp"), ward.open("saad")
    before, before_one = both.read(team), one.read(team)
    ward.change(team, lambda circle: circle["participant"].reverse())
    after = both.read(team)
    assert what(after)["participant"] == what(before)["participant"][::-1]
    assert after.version != before.version
    assert both.history(team).slices[0] == after
    assert both.vread(team, after.version) == after
    assert one.read(team) == before_one
    ward.change(team, lambda circle: circle["participant"].reverse())
    assert both.read(team) == before


@pytest.mark.parametrize("many", [1, 4, 120, 300])
def test_as_many_as_are_asked_for_are_read(ward: Territory, store: Store, many: int) -> None:
    names = [f"Condition/{number}" for number in range(many)]
    for name in names[::2]:
        ward.write(condition(name.partition("/")[2]))
    with store.read() as connection:
        found = read_several(ward.session("ssiad", connection), names)
    assert [one.name for one in found] == names[::2]


@pytest.mark.parametrize("many", _SIZES[:-1])
def test_what_is_asked_for_is_looked_up_and_never_looked_for(tmp_path: Path, many: int) -> None:
    steps = [step for step in steps_of(_compile_current(many), tmp_path) if " part " in step]
    assert steps
    assert all(step.startswith("SEARCH") and "AUTOMATIC" not in step for step in steps), steps
