"""Create and edit under a slice: what differs must be one's own to write, and what is hidden stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any

import pytest
from msgspec.json import decode

from fhir_profiles import codes
from hub.domain.errors import Conflict, HubError, Invalid, NotFound, Refused
from hub.record.read.slice import Slice
from hub.record.repository.record import Record
from tests.territory import PERSON, Territory, condition, of_domain, person, request, task

Json = dict[str, Any]


def what(one: Slice) -> Json:
    found: Json = decode(one.body)
    return {name: value for name, value in found.items() if name != "meta"}


def edit(record: Record, name: str, **elements: Any) -> Slice:
    """Read, change `elements` (None takes one away), and put back."""
    seen = record.read(name)
    sent = {name: value for name, value in {**what(seen), **elements}.items() if value is not None}
    return record.edit(name, sent, seen.version)


def without(resource: Json, *names: str) -> Json:
    return {name: value for name, value in resource.items() if name not in names}


def problems(caught: pytest.ExceptionInfo[HubError]) -> set[tuple[str, str]]:
    return {(problem.code, problem.where) for problem in caught.value.problems}


@pytest.fixture
def ward(here: Territory) -> Territory:
    here.join_circle("medecin_traitant", "ssiad", "ems_apa", "saad", "psy_cmp", "ccas", "gestionnaire")
    here.pass_time()
    return here


# --- Hidden parts stay -----------------------------------------------------------------------------------------------


def test_ac15_a_put_never_deletes_what_its_author_could_not_see(ward: Territory) -> None:
    """The social service writes contacts: of the person it knows no marital detail that it might lose."""
    before = ward.whole(PERSON)
    found = edit(ward.open("ccas"), PERSON, contact=[{"name": {"text": "Un voisin fictif"}}])
    assert what(found)["contact"] == [{"name": {"text": "Un voisin fictif"}}]
    after = ward.whole(PERSON)
    assert after["contact"] == [{"name": {"text": "Un voisin fictif"}}]
    assert without(after, "contact") == without(before, "contact")


def test_a_title_is_changed_beside_a_detail_that_one_does_not_see(ward: Territory) -> None:
    ward.write(
        {
            "resourceType": "CarePlan",
            "id": "p",
            "status": "active",
            "intent": "plan",
            "subject": {"reference": PERSON},
            "note": [{"text": "Une note fictive"}],
            "activity": [
                {"detail": {"status": "scheduled", "description": code}, "extension": [of_domain(code)]}
                for code in ("sante", "logement", "psy", "finances")
            ],
        }
    )
    seen = what(ward.open("ccas").read("CarePlan/p"))
    assert [one["detail"]["description"] for one in seen["activity"]] == ["logement", "finances"]
    more = {"detail": {"status": "scheduled", "description": "vie-sociale"}, "extension": [of_domain("vie-sociale")]}
    first, second = seen["activity"]
    edit(ward.open("ccas"), "CarePlan/p", activity=[second, first, more])
    whole = ward.whole("CarePlan/p")
    assert [one["detail"]["description"] for one in whole["activity"]] == [
        "sante", "finances", "psy", "logement", "vie-sociale",
    ]  # fmt: skip
    assert whole["note"] == [{"text": "Une note fictive"}]
    edit(ward.open("ccas"), "CarePlan/p", activity=[first])
    assert [one["detail"]["description"] for one in ward.whole("CarePlan/p")["activity"]] == [
        "sante",
        "logement",
        "psy",
    ]


def test_items_of_others_keep_their_version_when_ranks_move(ward: Territory) -> None:
    ward.write(
        {
            "resourceType": "CarePlan",
            "id": "p",
            "status": "active",
            "intent": "plan",
            "subject": {"reference": PERSON},
            "activity": [
                {"detail": {"status": "scheduled", "description": code}, "extension": [of_domain(code)]}
                for code in ("logement", "sante")
            ],
        }
    )
    before = ward.open("ssiad").read("CarePlan/p")
    ward.pass_time()
    edit(ward.open("ccas"), "CarePlan/p", activity=None)
    assert ward.open("ssiad").read("CarePlan/p") == before


def test_an_edit_that_changes_nothing_writes_nothing(ward: Territory) -> None:
    before = ward.open("ccas").read(PERSON)
    ward.pass_time()
    assert ward.open("ccas").edit(
        PERSON, what(before) | {"meta": {"versionId": "9", "tag": [{"code": "x"}]}}, before.version
    ) == (before)
    assert len(ward.open("ccas").history(PERSON).slices) == 1


# --- Versions --------------------------------------------------------------------------------------------------------


def test_if_match_is_against_ones_own_version(ward: Territory) -> None:
    ccas = ward.open("ccas")
    seen = ccas.read(PERSON)
    ward.change(PERSON, maritalStatus={"text": "mariée"})  # the social service sees it
    with pytest.raises(Conflict) as caught:
        ccas.edit(PERSON, what(seen), seen.version)
    assert problems(caught) == {("version-conflict", "")}
    theirs = ward.open("saad").read(PERSON).version
    with pytest.raises(Conflict):
        ccas.edit(PERSON, what(seen), theirs)


def test_a_hidden_edit_between_makes_no_conflict(ward: Territory) -> None:
    ward.write(condition("c"))
    ward.write(
        task("t", owner="Organization/saad", focus="ServiceRequest/r"), request("r", requester="Organization/dac")
    )
    saad = ward.open("saad")
    seen = saad.read("Task/t")
    ward.change("Task/t", basedOn=[{"reference": "Condition/c"}])  # hidden: no stake opens it
    assert saad.read("Task/t") == seen
    accepted = saad.edit("Task/t", what(seen) | {"status": "accepted"}, seen.version)
    assert what(accepted)["status"] == "accepted"
    assert ward.whole("Task/t")["basedOn"] == [{"reference": "Condition/c"}]


def test_without_if_match_only_a_lenient_client_writes(ward: Territory) -> None:
    sent = what(ward.open("ccas").read(PERSON)) | {"contact": [{"name": {"text": "x"}}]}
    with pytest.raises(Invalid) as caught:
        ward.open("ccas").edit(PERSON, sent, None)
    assert problems(caught) == {("if-match-required", "")}
    assert what(ward.open("ccas", lenient_update=True).edit(PERSON, sent, None))["contact"] == sent["contact"]


def test_what_is_hidden_cannot_be_edited_and_the_answer_is_that_of_absence(ward: Territory) -> None:
    ward.write(condition("c"))
    for name in ("Condition/c", "Condition/none"):
        with pytest.raises(NotFound):
            ward.open("saad").edit(name, condition(name.partition("/")[2]), "a" * 52)


# --- Places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "name", "elements", "where"),
    [
        ("ccas", PERSON, {"birthDate": "1940-01-01"}, "Patient.birthDate"),
        ("ccas", PERSON, {"birthDate": None}, "Patient.birthDate"),
        ("personne", PERSON, {"telecom": [{"system": "phone", "value": "0000000002"}]}, "Patient.telecom"),
        ("ssiad", "Condition/c", {"note": None}, "Condition.note"),
        # What it does not see is not its own either: no blind write, right or wrong.
        ("ems_apa", "Condition/c", {"note": [{"text": "Un détail fictif"}]}, "Condition.note"),
    ],
)
def test_a_place_that_is_not_ones_own_is_refused_by_its_name(
    ward: Territory, role: str, name: str, elements: Json, where: str
) -> None:
    ward.write(condition("c"))
    before = ward.whole(name)
    with pytest.raises(Invalid) as caught:
        edit(ward.open(role), name, **elements)
    assert problems(caught) == {("not-yours-to-write", where)}
    assert ward.whole(name) == before


def test_a_type_that_a_role_never_writes_is_closed_whatever_the_data(ward: Territory) -> None:
    for name in (PERSON, "Patient/none"):
        with pytest.raises(Refused) as caught:
            ward.open("saad").edit(name, person(), "a" * 52)
        assert problems(caught) == {("type-closed", "")}


def test_all_places_of_a_new_resource_must_be_ones_own(ward: Territory) -> None:
    made = ward.open("medecin_traitant").create(without(condition("x"), "id"))
    assert ward.whole(made.name)["note"] == condition("x")["note"]
    for role in ("ssiad", "ems_apa", "ccas"):
        with pytest.raises(Invalid) as caught:
            ward.open(role).create(without(condition("x"), "id"))
        assert {code for code, _ in problems(caught)} == {"not-yours-to-write"}


def test_only_the_psychiatric_centre_writes_psychiatry(ward: Territory) -> None:
    assert ward.open("psy_cmp").create(without(condition("x", "F20.0"), "id"))
    with pytest.raises(Invalid):
        ward.open("medecin_traitant").create(without(condition("x", "F20.0"), "id"))


def test_one_may_not_move_what_one_writes_into_a_place_that_is_not_ones_own(ward: Territory) -> None:
    ward.write(condition("c"))
    with pytest.raises(Invalid):
        edit(ward.open("medecin_traitant"), "Condition/c", code=condition("c", "F20.0")["code"])
    assert ward.open("medecin_traitant").read("Condition/c")


def test_a_circle_and_a_person_are_written_by_a_desk_alone(ward: Territory) -> None:
    team = {"resourceType": "CareTeam", "status": "active", "subject": {"reference": PERSON}}
    for role in ("ccas", "personne"):
        for resource in (team, without(person(), "id")):
            with pytest.raises(Refused):
                ward.open(role).create(deepcopy(resource))
    assert ward.open("gestionnaire").create(team | {"participant": [{"member": {"reference": "Organization/ccas"}}]})


# --- References ------------------------------------------------------------------------------------------------------


def test_hidden_and_absent_targets_are_one_answer(ward: Territory) -> None:
    ward.write(condition("p", "F20.0"))
    answers = []
    for target in ("Condition/p", "Condition/none"):
        with pytest.raises(Invalid) as caught:
            ward.open("ssiad").create(
                without(request("x", requester="Organization/ssiad"), "id")
                | {"reasonReference": [{"reference": target}]}
            )
        answers.append(problems(caught))
    assert answers[0] == answers[1] == {("reference-unresolved", "ServiceRequest.reasonReference")}


def test_a_reference_that_stands_already_is_not_asked_about_again(ward: Territory) -> None:
    ward.write(
        request("r", requester="Organization/dac"), task("t", owner="Organization/saad", focus="ServiceRequest/r")
    )
    ward.change("Task/t", focus={"reference": "ServiceRequest/r"}, status="accepted")
    found = edit(ward.open("saad"), "Task/t", note=[{"text": "Vu"}])
    assert what(found)["note"] == [{"text": "Vu"}]


def test_a_resource_of_one_person_may_not_point_to_another(here: Territory) -> None:
    other = here.open("guichet").create(without(person(), "id", "generalPractitioner"))
    here.write(condition("c") | {"subject": {"reference": other.name}})
    here.join_circle("gestionnaire")
    with pytest.raises(Invalid) as caught:
        here.write(request("r") | {"reasonReference": [{"reference": "Condition/c"}]})
    assert problems(caught) == {("reference-unresolved", "ServiceRequest")}


@pytest.mark.parametrize("role", ["medecin_traitant", "gestionnaire"])
def test_ac11_what_is_about_one_person_is_not_moved_to_another(ward: Territory, role: str) -> None:
    """Nor to one whom its author sees; the refusal is the same whether the other person is hidden or absent."""
    shown = ward.open("guichet").create(without(person(), "id", "generalPractitioner")).name
    ward.write(person() | {"id": "cachee"}, by="")
    ward.write(condition("c"))
    refusals = []
    for other in (shown, "Patient/cachee", "Patient/absente"):
        with pytest.raises(Invalid) as caught:
            edit(ward.open(role), "Condition/c", subject={"reference": other})
        refusals.append(problems(caught))
    assert refusals[1] == refusals[2]
    assert ward.whole("Condition/c")["subject"] == {"reference": PERSON}


def test_r02_of_several_edits_of_one_version_one_wins(ward: Territory) -> None:
    start = Barrier(8)
    seen = ward.open("ccas").read(PERSON)
    sent = [{**what(seen), "contact": [{"name": {"text": f"Voisin fictif {number}"}}]} for number in range(8)]

    def race(number: int) -> bool:
        record = ward.open("ccas")
        start.wait(10)
        try:
            record.edit(PERSON, sent[number], seen.version)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))
    assert sorted(won) == [False] * 7 + [True]
    assert ward.whole(PERSON)["contact"] == sent[won.index(True)]["contact"]


# --- The person ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["guichet", "gestionnaire"])
def test_a_desk_registers_a_person_and_sees_it_then(here: Territory, role: str) -> None:
    sent = without(person(), "id", "generalPractitioner")
    made = here.open(role).create(sent)
    assert here.open(role).read(made.name) == made
    mine = {"assigner": {"reference": "Organization/dac"}}
    given = [one for one in sent["identifier"] if "assigner" not in one]
    assert what(made)["identifier"][0] == given[0]  # national: everybody's
    assert sent["identifier"][1:] == [
        one for one in what(made)["identifier"] if one.get("assigner") not in (None, mine["assigner"])
    ]


def test_a_number_without_an_assigner_is_its_senders(here: Territory) -> None:
    sent = {"resourceType": "Patient", "identifier": [{"system": "urn:oid:1.2.9", "value": "7"}]}
    made = here.open("guichet").create(sent)
    assert here.whole(made.name)["identifier"][0]["assigner"] == {"reference": "Organization/dac"}


def test_ac13_the_id_that_a_client_gives_is_not_used(here: Territory) -> None:
    made = here.open("guichet").create(without(person(), "generalPractitioner"))
    assert made.name not in (PERSON, "Patient/")
    assert here.whole(PERSON)["name"] == person()["name"]


# --- Tasks -----------------------------------------------------------------------------------------------------------


def test_an_open_task_is_made_shown_without_its_person_and_taken_once(ward: Territory) -> None:
    ward.write(request("r", requester="Organization/dac", intent="filler-order"))
    dac = ward.open("gestionnaire")
    asked = task("x", focus="ServiceRequest/r", extension=[of_domain("aide-domicile")], language="fr")
    offer = dac.create(without(asked, "id"))
    assert "for" in what(offer)  # its author has a stake in it
    saad, ccas = ward.open("saad"), ward.open("ccas")
    seen = what(saad.read(offer.name))
    assert not {"for", "focus", "description", "requester"} & seen.keys()
    rival = ccas.read(offer.name)
    taken = edit(saad, offer.name, status="accepted", owner={"reference": "Organization/saad"})
    assert {"for", "focus", "description", "owner"} <= what(taken).keys()
    with pytest.raises((NotFound, Conflict)):
        ccas.edit(
            offer.name, what(rival) | {"status": "accepted", "owner": {"reference": "Organization/ccas"}}, rival.version
        )
    whole = ward.whole(offer.name)
    assert whole["owner"] == {"reference": "Organization/saad"}
    # Part of the spine, which an offer does not bear: who did not see it did not take it away.
    assert "language" not in seen
    assert whole["language"] == "fr"


def test_of_an_open_task_nothing_else_is_changed(ward: Territory) -> None:
    ward.write(request("r", requester="Organization/dac"), task("t", focus="ServiceRequest/r"))
    with pytest.raises((Invalid, Refused)):
        edit(ward.open("saad"), "Task/t", priority="urgent")
    with pytest.raises((Invalid, Refused)):
        edit(ward.open("saad"), "Task/t", status="accepted", owner={"reference": "Organization/ccas"})


def test_a_gap_of_the_territory_names_nobody_and_is_its_owners(here: Territory) -> None:
    gap = without(task("x", owner="Organization/dac"), "id", "for") | {
        "code": {"coding": [{"system": codes.HUB_TASK, "code": "system-gap"}]}
    }
    made = here.open("gestionnaire").create(gap)
    assert what(made)["description"] == gap["description"]
    assert what(edit(here.open("gestionnaire"), made.name, note=[{"text": "Vu"}]))["note"]
    with pytest.raises(NotFound):
        here.open("saad").read(made.name)


def test_who_writes_itself_out_of_sight_is_told_that_it_is_done(ward: Territory) -> None:
    """The case manager leaves the circle by its own hand; the member that it did not see stays."""
    record = ward.open("gestionnaire")
    team = record.read("CareTeam/cercle")
    found = record.edit("CareTeam/cercle", what(team) | {"participant": what(team)["participant"][:1]}, team.version)
    assert found.name == "CareTeam/cercle"
    assert what(found) == {"resourceType": "CareTeam", "id": "cercle"}
    left = [one["member"]["reference"] for one in ward.whole("CareTeam/cercle")["participant"]]
    assert sorted(left) == ["Organization/cabinet", "Organization/cmp"]
    with pytest.raises(NotFound):
        record.read("CareTeam/cercle")


def test_extensions_and_narrative_of_a_client_do_not_come_in(ward: Territory) -> None:
    sent = without(request("x", requester="Organization/ccas"), "id")
    made = ward.open("ccas").create(
        sent | {"text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}}
    )
    assert "text" not in ward.whole(made.name)
    with pytest.raises(Invalid) as caught:
        ward.open("ccas").create(sent | {"extension": [{"url": "https://example.org/x", "valueString": "y"}]})
    assert problems(caught) == {("extension-unknown", "ServiceRequest.extension[0]")}


def test_what_is_not_r4_is_not_written(ward: Territory) -> None:
    with pytest.raises(Invalid):
        ward.open("ccas").create({"resourceType": "ServiceRequest", "status": "active"})
