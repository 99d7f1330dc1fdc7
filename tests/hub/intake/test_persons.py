"""Who is it: the INS when qualified, else the desk decides; and the sender cannot tell."""

import json

import pytest

from hub.domain.errors import NotFound
from hub.domain.resource_types import DIRECTORY_TYPES
from hub.intake import receive
from hub.record.search.index.parameters import PARAMETERS
from tests.hub.intake import letters
from tests.hub.intake.conftest import hub_task, task_in
from tests.territory import circle_member

OTHER = {"name": "INCONNU^ZOE^ZOE^^^^L", "birth": "19500101", "ins": "250019935012345"}


def patient_of(intake, answer):
    return intake.whole(task_in(answer))["for"]["reference"]


def reviews(intake):
    return [task for task in map(intake.whole, intake.names("Task")) if hub_task(task) == "match-review"]


def seen_by(intake, role):
    """The types of all that `role` can read of persons, and how many of each."""
    record, found = intake.territory.open(role), {}
    for resource_type in PARAMETERS.keys() - DIRECTORY_TYPES:
        for name in intake.names(resource_type):
            try:
                record.read(name)
            except NotFound:
                continue
            found[resource_type] = found.get(resource_type, 0) + 1
    return found


def test_a_qualified_ins_is_the_person(intake):
    first = intake.send("hosp_clinicien", letters.ref("R-1", ins=letters.INS))
    again = intake.send("hosp_clinicien", letters.ref("R-2", ins=letters.INS, ipp="0002"))
    assert patient_of(intake, first) == patient_of(intake, again)
    assert reviews(intake) == []
    numbers = {n["value"] for n in intake.whole(patient_of(intake, again))["identifier"]}
    assert {letters.INS, "0001", "0002"} <= numbers
    assert len(intake.names("CarePlan")) == 1


def test_an_ins_that_is_not_qualified_is_only_a_likeness(intake):
    first = intake.send("hosp_clinicien", letters.ref("R-1", ins=letters.INS))
    again = intake.send("hosp_clinicien", letters.ref("R-2", ins=letters.INS, status="VALI", ipp="0002"))
    assert patient_of(intake, first) != patient_of(intake, again)
    [review] = reviews(intake)
    assert [one["valueString"] for one in review["input"]] == [patient_of(intake, first)]
    assert "Même numéro national" in review["input"][0]["type"]["text"]


def test_a_qualified_ins_with_another_identity_is_not_believed(intake):
    first = intake.send("hosp_clinicien", letters.ref("R-1", ins=letters.INS))
    again = intake.send("hosp_clinicien", letters.ref("R-2", **OTHER | {"ins": letters.INS}))
    assert patient_of(intake, first) != patient_of(intake, again)
    assert len(reviews(intake)) == 1


def test_a_likeness_is_for_the_desk_to_judge(intake):
    first = intake.send("hosp_clinicien", letters.ref())
    again = intake.send("medecin_traitant", letters.bundle())
    newcomer = patient_of(intake, again)
    [review] = reviews(intake)
    assert review["owner"]["reference"] == "Organization/dac"
    assert review["focus"]["reference"] == review["for"]["reference"] == newcomer
    assert [one["valueString"] for one in review["input"]] == [patient_of(intake, first)]
    name = f"Task/{review['id']}"
    assert json.loads(intake.territory.open("guichet").read(name).body)["input"] == review["input"]
    with pytest.raises(NotFound):
        intake.territory.open("medecin_traitant").read(name)


def test_a_likeness_shows_nowhere_to_the_sender(intake):
    intake.send("hosp_clinicien", letters.ref())
    alike = intake.send("medecin_traitant", letters.bundle())
    seen_alike = seen_by(intake, "medecin_traitant")
    assert len(reviews(intake)) == 1
    new = intake.send("medecin_traitant", letters.bundle("B-2", family="Unique"))
    assert len(reviews(intake)) == 1
    assert len(alike.body) == len(new.body)
    assert seen_by(intake, "medecin_traitant") == {name: 2 * count for name, count in seen_alike.items()}
    assert {"CarePlan", "CareTeam", "Provenance"} & set(seen_alike) == set()


def test_a_likeness_shows_nowhere_to_the_circle(intake):
    intake.send("hosp_clinicien", letters.ref())
    newcomer = patient_of(intake, intake.send("medecin_traitant", letters.bundle()))
    team = {"resourceType": "CareTeam", "status": "active", "subject": {"reference": newcomer}}
    intake.territory.write(team | {"participant": [circle_member("Organization/ssiad", intake.store.now())]})
    intake.territory.pass_time()
    [review] = reviews(intake)
    with pytest.raises(NotFound):
        intake.territory.open("ssiad").read(f"Task/{review['id']}")


def test_to_a_sender_a_known_person_looks_like_a_new_one(intake):
    intake.send("hosp_clinicien", letters.ref("R-1", ins=letters.INS))
    known_before = seen_by(intake, "hosp_clinicien")
    intake.send("hosp_clinicien", letters.ref("R-2", ins=letters.INS))
    known = seen_by(intake, "hosp_clinicien")
    intake.send("hosp_clinicien", letters.ref("R-3", **OTHER))
    new = seen_by(intake, "hosp_clinicien")
    gained = {name: known[name] - known_before[name] for name in known if name != "Patient"}
    assert gained == {name: new[name] - known[name] for name in new if name != "Patient"}


def test_a_merged_record_stands_for_the_other(intake):
    old = patient_of(intake, intake.send("hosp_clinicien", letters.ref("R-1", ins=letters.INS)))
    kept = patient_of(intake, intake.send("hosp_clinicien", letters.ref("R-2", **OTHER)))
    intake.territory.change(old, active=False, link=[{"type": "replaced-by", "other": {"reference": kept}}])
    names = intake.whole(old)["name"]
    intake.territory.change(kept, lambda patient: patient.update(name=names), birthDate="1942-03-15")
    # Its sender goes on to be told of the one that it knows; another one is told of the one that is kept.
    again = letters.ref("R-3", ins=letters.INS)
    assert patient_of(intake, intake.send("hosp_clinicien", again)) == old
    stranger = intake.territory.actor("saad", scopes=("system/*.crus",), sources=("chu-hl7",))
    answer = receive(intake.store, stranger, "chu-hl7", "application/hl7-v2", again, settings=intake.settings)
    assert patient_of(intake, answer) == kept
