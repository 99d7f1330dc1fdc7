"""Notices about a stay: of someone followed, of someone who is not (`docs/parts.md` 24)."""

import pytest

from hub.record.admission.inbox import purge_noted
from tests.hub.intake import letters
from tests.hub.intake.conftest import hub_task, task_in


def blank(intake, answer):
    """The answer without its own MSH-10, which is random."""
    for row in intake.rows():
        answer = answer.replace(row["mid"][:20].encode(), b"-" * 20)
    return answer


@pytest.fixture
def followed(intake):
    """A person whose demand waits at the desk, known to the hospital by its number."""
    return intake.whole(task_in(intake.send("hosp_clinicien", letters.ref())))["for"]["reference"]


def test_about_someone_not_followed_no_resource_and_the_same_bytes(intake, followed):
    before = intake.names("Patient")
    one = intake.send("hosp_clinicien", letters.adt("A-1", ipp="0001"))
    two = intake.send("hosp_clinicien", letters.adt("A-1".replace("1", "2"), name="INCONNU^ALIX", ipp="0009"))
    three = intake.send("hosp_clinicien", letters.adt("A-3", name="INCONNU^ALIX", ipp="0009").replace(b"A-3", b"A-1x"))
    assert blank(intake, one.body) == blank(intake, two.body).replace(b"A-2", b"A-1")
    assert b"MSA|AA|A-1x" in three.body
    assert (one.status, one.content_type, one.location) == (two.status, two.content_type, two.location)
    assert intake.names("Patient") == before
    assert len(intake.names("Encounter")) == 1
    assert [row["task"] for row in intake.rows("noted")] == [None, None]


def test_a_notice_again_gets_the_same_answer_whoever_it_is_about(intake, followed):
    for raw in (letters.adt("A-1"), letters.adt("A-2", name="INCONNU^ALIX", ipp="0009")):
        first = intake.send("hosp_clinicien", raw)
        intake.territory.pass_time()
        assert intake.send("hosp_clinicien", raw) == first
    assert len(intake.names("Encounter")) == 1


def test_other_bytes_under_the_name_of_a_notice_are_refused_whoever_it_is_about(intake, followed):
    for number, ipp in (("A-1", "0001"), ("A-2", "0009")):
        intake.send("hosp_clinicien", letters.adt(number, ipp=ipp))
        assert b"MSA|AR|" in intake.send("hosp_clinicien", letters.adt(number, ipp=ipp, end="20261121080000")).body


def test_the_bytes_of_a_notice_about_nobody_are_forgotten_in_time(intake):
    raw = letters.adt()
    first = intake.send("hosp_clinicien", raw)
    assert [row["raw"] for row in intake.rows("noted")] == [raw]
    assert purge_noted(intake.store, intake.store.now()) == 0
    intake.territory.pass_time()
    assert purge_noted(intake.store, intake.store.now()) == 1
    assert [row["raw"] for row in intake.rows("noted")] == [b""]
    assert intake.send("hosp_clinicien", raw) == first


def test_a_stay_is_one_from_admission_to_discharge(intake, followed):
    intake.send("hosp_clinicien", letters.adt("A-1", "A01"))
    intake.territory.pass_time()
    intake.send("hosp_clinicien", letters.adt("A-2", "A03", end="20261121070000"))
    [encounter] = map(intake.whole, intake.names("Encounter"))
    assert encounter["subject"]["reference"] == followed
    assert (encounter["status"], set(encounter["period"])) == ("finished", {"start", "end"})
    tasks = [task for task in map(intake.whole, intake.names("Task")) if hub_task(task) == "return-home"]
    assert [task["for"]["reference"] for task in tasks] == [followed]


def test_the_number_of_another_house_is_not_the_persons(intake, followed):
    """The practice's number 0001 is somebody else's: only the hospital's own numbers count for its notices."""
    with intake.territory.unit() as unit:
        patient = unit.read_whole(followed)
        numbers = [n | {"assigner": {"reference": "Organization/cabinet"}} for n in patient["identifier"]]
        unit.replace(followed, patient | {"identifier": numbers}, by="")
    intake.send("hosp_clinicien", letters.adt())
    assert intake.names("Encounter") == []


def test_a_notice_that_contradicts_the_person_is_about_nobody(intake, followed):
    intake.send("hosp_clinicien", letters.adt(name="TOUTAUTRE^ZOE", birth="19700101"))
    assert intake.names("Encounter") == []


@pytest.mark.parametrize("trouble", ["fault", "two records"])
def test_trouble_with_a_followed_person_shows_to_the_operator_alone(intake, followed, monkeypatch, trouble):
    if trouble == "fault":
        monkeypatch.setattr("hub.intake.admission.map_movement", lambda *_: 1 / 0)
    else:
        other = intake.whole(task_in(intake.send("hosp_clinicien", letters.ref("R-2", ipp="0002"))))["for"]["reference"]
        intake.territory.change(other, identifier=intake.whole(followed)["identifier"])
    followed_answer = intake.send("hosp_clinicien", letters.adt("A-1"))
    other_answer = intake.send("hosp_clinicien", letters.adt("A-2", name="INCONNU^ALIX", ipp="0009"))
    assert blank(intake, followed_answer.body).replace(b"A-1", b"A-2") == blank(intake, other_answer.body)
    [dead] = intake.rows("dead")
    assert dead["cause"] == {"fault": "mapping-fault", "two records": "identity-ambiguous"}[trouble]
    assert intake.send("hosp_clinicien", letters.adt("A-1")).body == followed_answer.body
