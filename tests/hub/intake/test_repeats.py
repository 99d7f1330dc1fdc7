"""A message about a demand that is open already: what it says more is read, what it says again changes nothing."""

from __future__ import annotations

import json

import pytest

from hub.fhir import loads
from hub.intake import admission
from tests.hub.intake import letters
from tests.hub.intake.conftest import task_in

STATEMENTS = (
    "Condition",
    "Observation",
    "RelatedPerson",
    "AllergyIntolerance",
    "Coverage",
    "MedicationStatement",
    "Encounter",
)
SUBJECT = {"reference": "Patient/p"}
MORE_HL7 = (
    b"NK1|1|EXEMPLE^LOU^^^^^L|MTH^mere^HL70063|||||||\r"
    b"DG1|2||I50.9^Insuffisance cardiaque^CIM10|||F\rOBX|1|NM|8867-4^Pouls^LN||72|/min|||||F\r"
)
MORE_FHIR = [
    {"resourceType": "RelatedPerson", "patient": SUBJECT, "name": [{"family": "Exemple", "given": ["Lou"]}]},
    {"resourceType": "Condition", "subject": SUBJECT, "code": {"text": "Insuffisance cardiaque"}},
    {
        "resourceType": "Observation",
        "status": "final",
        "subject": SUBJECT,
        "code": {"text": "Pouls"},
        "valueInteger": 72,
    },
]
FIRST_FHIR = [{"resourceType": "Condition", "subject": SUBJECT, "code": {"text": "Chutes"}}]


def make_hl7(number: int, *, more: bool, urgent: bool) -> bytes:
    raw = letters.ref(f"R-{number}", demand="D-1")
    raw = raw.replace(b"RF1||S|", b"RF1||U|" if urgent else b"RF1||R|")
    return raw.replace(b"DG1|1|", MORE_HL7 + b"DG1|1|") if more else raw


def make_fhir(number: int, *, more: bool, urgent: bool) -> bytes:
    whole = json.loads(letters.bundle(f"B-{number}"))
    patient, request = (entry["resource"] for entry in whole["entry"])
    patient["identifier"] = [{"type": {"coding": [{"code": "PI"}]}, "system": "urn:cabinet", "value": "7"}]
    request["identifier"] = [{"type": {"coding": [{"code": "PLAC"}]}, "system": "urn:cabinet", "value": "D-1"}]
    request["priority"] = "urgent" if urgent else "routine"
    for rank, resource in enumerate([*(MORE_FHIR if more else []), *FIRST_FHIR]):
        name = f"{resource['resourceType']}/x{rank}"
        entry = {"fullUrl": f"https://cabinet.example/{name}", "resource": {"id": f"x{rank}", **resource}}
        whole["entry"].append(entry | {"request": {"method": "POST", "url": resource["resourceType"]}})
    return json.dumps(whole).encode()


DOORS = {"hosp_clinicien": make_hl7, "medecin_traitant": make_fhir}


def read_statements(intake) -> dict[str, tuple]:
    """What the desk is handed, as it reads it: bytes and version by name."""
    desk = intake.territory.open("guichet")
    [task] = intake.intake_tasks()
    names = [item["valueReference"]["reference"] for item in task["input"]]
    slices = {name: desk.read(name) for name in names if name.startswith(STATEMENTS)}
    return {name: (piece.body, piece.version) for name, piece in slices.items()}


@pytest.mark.parametrize("role", DOORS)
def test_what_a_repeat_says_more_is_written_and_handed(intake, role):
    first = intake.send(role, DOORS[role](1, more=False, urgent=False))
    before = read_statements(intake)
    assert before
    intake.territory.pass_time()
    again = intake.send(role, DOORS[role](2, more=True, urgent=True))
    assert task_in(again) == task_in(first)
    after = read_statements(intake)
    assert {name: after[name] for name in before} == before
    new = [loads(body) for name, (body, _) in after.items() if name not in before]
    assert sorted(resource["resourceType"] for resource in new) == ["Condition", "Observation", "RelatedPerson"]
    [task] = intake.intake_tasks()
    request = intake.whole(task["focus"]["reference"])
    assert (task["priority"], request["priority"]) == ("urgent", "urgent")
    [note] = [note["text"] for note in task["note"]]
    assert note == "Priorité demandée de nouveau : urgent (auparavant routine)"


@pytest.mark.parametrize("role", DOORS)
def test_what_a_repeat_says_again_changes_nothing(intake, role):
    intake.send(role, DOORS[role](1, more=True, urgent=True))
    before = read_statements(intake)
    [task] = intake.intake_tasks()
    request = intake.whole(task["focus"]["reference"])
    desk = intake.territory.open("guichet")
    read = [desk.read(name) for name in (task["focus"]["reference"], task["for"]["reference"])]
    for number in (2, 3):
        intake.territory.pass_time()
        intake.send(role, DOORS[role](number, more=number == 2, urgent=True))
    assert read_statements(intake) == before
    assert [desk.read(name) for name in (task["focus"]["reference"], task["for"]["reference"])] == read
    assert intake.whole(task["focus"]["reference"]) == request
    [task] = intake.intake_tasks()
    assert sum(item["type"].get("text") == "Message reçu de nouveau" for item in task["input"]) == 2
    assert "note" not in task


def test_a_diagnosis_put_before_another_makes_one_only(intake):
    """HL7 places in notes have ranks, which move."""
    diagnosis = b"DG1|%d||I50.9^Insuffisance cardiaque^CIM10|||F|||||||||1\r"
    raw = letters.ref("R-1", demand="D-1")
    intake.send("hosp_clinicien", raw.replace(b"DG1|1|", diagnosis % 2 + b"DG1|1|"))
    conditions = intake.names("Condition")
    more = b"DG1|3||J44.9^BPCO^CIM10|||F\r" + diagnosis % 2
    intake.send("hosp_clinicien", raw.replace(b"|R-1|", b"|R-2|").replace(b"DG1|1|", more + b"DG1|1|"))
    assert len(intake.names("Condition")) == len(conditions) + 1


def test_a_repeat_that_takes_the_demand_back_ends_it(intake):
    intake.send("hosp_clinicien", make_hl7(1, more=False, urgent=False))
    back = make_hl7(2, more=False, urgent=False).replace(b"RF1||R|", b"RF1|R|R|")
    answer = intake.send("hosp_clinicien", back)
    assert b"MSA|AA" in answer.body
    [task] = intake.intake_tasks()
    assert (task["status"], intake.whole(task["focus"]["reference"])["status"]) == ("cancelled", "revoked")


def test_what_a_row_says_more_is_read(intake):
    header = "Numéro de dossier;Nom;Prénom;Date de naissance;Motif;Adresse;Numéro allocataire;Chien\r\n"
    row = "D-1;Exemple;Alix;15/03/1942;Repas;{}\r\n"
    first = intake.send("ccas", (header + row.format("3 rue du Moulin;;")).encode())
    again = intake.send("ccas", (header + row.format("5 rue du Moulin;0000001;méchant")).encode())
    assert task_in(first) == task_in(again)
    assert len(intake.names("Coverage")) == 1
    [task] = intake.intake_tasks()
    assert [item["valueReference"]["reference"] for item in task["input"]].count(intake.names("Coverage")[0]) == 1
    request = intake.whole(task["focus"]["reference"])
    lines = [inner["address"][0]["line"] for inner in request["contained"] if inner["resourceType"] == "Patient"]
    assert lines == [["3 rue du Moulin"], ["5 rue du Moulin"]]
    assert "Colonne Chien : méchant" in [note["text"] for note in request["note"]]


def test_many_repeats_read_few_messages_again(intake, monkeypatch):
    from adapters.hl7v2.adapter import Hl7v2Adapter

    for number in range(1, 7):
        intake.send("hosp_clinicien", make_hl7(number, more=False, urgent=False))
    reads = []
    whole = Hl7v2Adapter.read
    monkeypatch.setattr(Hl7v2Adapter, "read", lambda *args: reads.append(0) or whole(*args))
    intake.send("hosp_clinicien", make_hl7(7, more=False, urgent=False))
    assert len(reads) <= 5


@pytest.mark.parametrize("role", DOORS)
@pytest.mark.parametrize("fault", ["nothing is compared", "nothing is added"])
def test_the_faults_put_back_are_noticed(intake, monkeypatch, role, fault):
    compare = admission.compare
    if fault == "nothing is compared":
        monkeypatch.setattr(admission, "compare", lambda referral, _: compare(referral, ()))
        check = test_what_a_repeat_says_again_changes_nothing
    else:
        monkeypatch.setattr(admission, "compare", lambda referral, _: compare(referral, (referral,)))
        check = test_what_a_repeat_says_more_is_written_and_handed
    with pytest.raises(AssertionError):
        check(intake, role)
