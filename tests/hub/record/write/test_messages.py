"""Messages about a Task: who sees them, and who writes them to whom (`docs/parts.md` 29)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.domain.errors import Invalid, NotFound, Refused
from hub.domain.sections import ALONE
from hub.fhir import loads
from hub.record.db.store import Store
from hub.record.maintenance.relabel import relabel_all
from hub.record.reactions import stakes
from hub.record.repository.record import Record
from hub.slices import split
from hub.slices.placement import disclosure
from tests.contracts.cases import leak
from tests.territory import PARTY_OF, PERSON, Territory, condition, request, settle_territory, task

CHU, SSIAD, DAC = "Organization/chu", "Organization/ssiad", "Organization/dac"
SECRET = "Est-elle violente ?"


@pytest.fixture
def here(store: Store) -> Territory:
    """The hospital asked something of the nurses, who accepted; everybody else is in the circle."""
    territory = settle_territory(store)
    territory.join_circle("saad", "ssiad", "psy_cmp", "ccas", "gestionnaire", "medecin_traitant")
    territory.write(request("demande"), condition("psy", "F20.0"), by=CHU)
    territory.write(task("soins", SSIAD, "ServiceRequest/demande", CHU, status="accepted"), by=CHU)
    territory.write(task("autre", "Organization/saad", "ServiceRequest/demande", CHU), by=CHU)
    territory.pass_time()
    return territory


def message(sender: str, *recipients: str, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": PERSON},
        "about": [{"reference": "Task/soins"}],
        "sender": {"reference": sender},
        "recipient": [{"reference": recipient} for recipient in recipients],
        "payload": [{"contentString": SECRET}],
        **elements,
    }


def list_readers(here: Territory, name: str) -> set[str]:
    """The roles that read `name`, of all that are about the person."""
    roles = {*PARTY_OF} - {"admin_sys"}
    return {role for role in roles if reads(here.open(role), name)}


def reads(record: Record, name: str) -> bool:
    try:
        return SECRET.encode() in record.read(name).body
    except (NotFound, Refused):
        return False


@leak(kills="a message about a Task is a note for the circle")
def test_a_question_is_read_by_who_asks_and_who_is_asked_and_by_nobody_else(here: Territory) -> None:
    name = here.open("ssiad").create(message(SSIAD, CHU)).name
    assert list_readers(here, name) == {"ssiad", "hosp_clinicien", "hosp_ass", "m2m_orienteur"}
    seen = loads(here.open("m2m_orienteur").read(name).body, size=4000)
    assert seen["about"] == [{"reference": "Task/soins"}]
    assert seen["recipient"] == [{"reference": CHU}]


def test_the_answer_is_read_with_the_question_that_it_answers(here: Territory) -> None:
    question = here.open("ssiad").create(message(SSIAD, CHU)).name
    answer = message(CHU, SSIAD, inResponseTo=[{"reference": question}])
    name = here.open("m2m_orienteur").create(answer).name
    here.pass_time()
    seen = loads(here.open("ssiad").read(name).body, size=4000)
    assert seen["inResponseTo"] == [{"reference": question}]


def test_the_desk_writes_to_the_person_who_alone_reads_it_with_the_desk(here: Territory) -> None:
    here.write(task("accueil", DAC, "ServiceRequest/demande", CHU, **INTAKE), by=CHU)
    here.pass_time()
    name = here.open("guichet").create(message(DAC, PERSON, about=[{"reference": "Task/accueil"}])).name
    assert list_readers(here, name) == {"guichet", "gestionnaire", "personne"}


def test_a_message_of_an_earlier_version_is_carried_along_by_relabel(
    here: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        for module in (disclosure, stakes):
            earlier.setattr(module, "is_message", lambda _resource: False)
        name = here.write(message(SSIAD, CHU), by=SSIAD)
    here.pass_time()
    assert not reads(here.open("m2m_orienteur"), name)
    assert reads(here.open("gestionnaire"), name)
    for _ in range(2):
        relabel_all(here.store)
        here.pass_time()
        assert list_readers(here, name) == {"ssiad", "hosp_clinicien", "hosp_ass", "m2m_orienteur"}


INTAKE = {"code": {"coding": [{"system": "https://maillage.example/fhir/CodeSystem/hub-task", "code": "intake"}]}}


@pytest.mark.parametrize(
    ("role", "content"),
    [
        ("ssiad", message(SSIAD, "Organization/cabinet")),
        ("ssiad", message(CHU, SSIAD)),
        ("ccas", message("Organization/ccas", CHU)),
        ("ssiad", message(SSIAD, CHU, about=[{"reference": "Task/autre"}])),
    ],
    ids=["to-a-stranger", "in-another-name", "without-part-in-the-task", "about-another-task"],
)
def test_who_has_no_part_in_the_task_writes_no_message_about_it(here: Territory, role: str, content: Any) -> None:
    with pytest.raises(Invalid):
        here.open(role).create(content)


def test_a_message_keeps_its_readers(here: Territory) -> None:
    record = here.open("ssiad")
    sent = record.create(message(SSIAD, CHU))
    for changed in (message(SSIAD, "Organization/saad"), message(SSIAD, CHU, about=[]), message(SSIAD)):
        with pytest.raises(Invalid):
            record.edit(sent.name, changed | {"id": sent.name.partition("/")[2]}, sent.version)


def test_a_note_about_a_diagnosis_shows_it_to_no_stake() -> None:
    """Only what a message is about is handed over."""
    note = message(SSIAD, CHU, about=[{"reference": "Condition/psy"}], id="n")
    assert find_needs(note) & ALONE
    assert not find_needs(message(SSIAD, CHU, id="n")) & ALONE


def find_needs(note: dict[str, Any]) -> int:
    """What a stake needs to see what the note is about."""
    return next(part.place.stake_needs for part in split(note, {}) if "about" in part.get_elements())
