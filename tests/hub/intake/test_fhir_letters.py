"""What a FHIR letter says is read, typed where R4 has a type, or named in the answer (`docs/ledger-fhir.md`): B2 to B11."""

from __future__ import annotations

import json

import pytest

from hub.fhir import loads
from tests.hub.intake import letters
from tests.hub.intake.conftest import task_in

SUBJECT = {"reference": "Patient/p"}
UNTAKEN = {
    "Flag": {"status": "active", "code": {"text": "Chien méchant"}, "subject": SUBJECT},
    "QuestionnaireResponse": {
        "status": "completed", "subject": SUBJECT,
        "item": [{"linkId": "1", "text": "Mange seul", "answer": [{"valueString": "Chien méchant"}]}],
    },
    "Immunization": {"status": "completed", "vaccineCode": {"text": "Chien méchant"}, "patient": SUBJECT},
    "Composition": {
        "status": "final", "subject": SUBJECT, "title": "Lettre",
        "section": [{"text": {"status": "additional", "div": "<div><p>Chien méchant</p></div>"}}],
    },
    "Device": {"patient": SUBJECT, "deviceName": [{"name": "Chien méchant", "type": "user-friendly-name"}]},
}  # fmt: skip


def add(raw: bytes, *resources: dict, **request) -> bytes:
    """The letter with further resources, and with further elements of its demand and its person."""
    whole = json.loads(raw)
    person = request.pop("person", {})
    whole["entry"][0]["resource"] |= person
    whole["entry"][1]["resource"] |= request
    for number, resource in enumerate(resources):
        url = f"https://cabinet.example/{resource['resourceType']}/x{number}"
        entry = {"fullUrl": url, "resource": {"id": f"x{number}", **resource}}
        whole["entry"].append(entry | {"request": {"method": "POST", "url": resource["resourceType"]}})
    return json.dumps(whole).encode()


def read_by_desk(intake, answer, kind: str) -> list[dict]:
    """What the desk reads of one type: the Task, what it hands, its focus and the person."""
    desk = intake.territory.open("guichet")
    task = loads(desk.read(task_in(answer)).body)
    names = [task_in(answer), task["focus"]["reference"], task["for"]["reference"]]
    names += [item["valueReference"]["reference"] for item in task["input"] if "valueReference" in item]
    return [loads(desk.read(name).body) for name in names if name.startswith(f"{kind}/")]


def list_issues(answer) -> list[tuple[str, str, str]]:
    return [
        (issue["severity"], issue["details"]["coding"][0]["code"], issue["expression"][0])
        for issue in json.loads(answer.body)["issue"]
        if issue["severity"] != "information"
    ]


@pytest.mark.parametrize("kind", UNTAKEN)
def test_b_2_a_type_that_is_not_taken_is_said_in_words_and_named(intake, kind):
    answer = intake.send("medecin_traitant", add(letters.bundle(), {"resourceType": kind, **UNTAKEN[kind]}))
    assert answer.status == 201
    assert list_issues(answer) == [("warning", "unread", "Bundle.entry[2].resource")]
    [request] = read_by_desk(intake, answer, "ServiceRequest")
    assert any("Chien méchant" in note["text"] for note in request["note"])
    [task] = read_by_desk(intake, answer, "Task")
    assert f"{kind} (Bundle.entry[2].resource)" in task["note"][0]["text"]


def test_b_2_the_same_message_again_gets_the_same_warnings(intake):
    raw = add(letters.bundle(), {"resourceType": "Flag", **UNTAKEN["Flag"]})
    assert intake.send("medecin_traitant", raw) == intake.send("medecin_traitant", raw)


def test_b_2_an_element_of_another_version_is_said_in_words(intake):
    answer = intake.send("medecin_traitant", add(letters.bundle(), reason=[{"concept": {"text": "Chute"}}]))
    [request] = read_by_desk(intake, answer, "ServiceRequest")
    assert any("Chute" in note["text"] for note in request["note"])


@pytest.mark.parametrize(
    ("treatment", "dosage"),
    [
        ({"resourceType": "MedicationStatement", "status": "active"}, "dosage"),
        ({"resourceType": "MedicationRequest", "status": "active", "intent": "order"}, "dosageInstruction"),
        ({"resourceType": "MedicationDispense", "status": "completed"}, "dosageInstruction"),
    ],
)
def test_b_2_treatments_are_medication_statements(intake, treatment, dosage):
    medication = {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AC06"}], "text": "Aspirine 75"}
    treatment |= {"subject": SUBJECT, "medicationCodeableConcept": medication, "note": [{"text": "à jeun"}]}
    treatment[dosage] = [{"text": "1 le matin", "doseAndRate": [{"doseQuantity": {"value": 75, "unit": "mg"}}]}]
    intake.send("medecin_traitant", add(letters.bundle(), treatment))
    [statement] = [intake.whole(name) for name in intake.names("MedicationStatement")]
    assert statement["medicationCodeableConcept"] == medication
    assert (statement["dosage"], statement["note"][0]["text"]) == (treatment[dosage], "à jeun")
    assert statement["status"] == ("active" if dosage == "dosage" else "unknown")


def test_b_2_a_treatment_by_reference_has_the_name_of_its_medicine(intake):
    medicine = {"resourceType": "Medication", "code": {"text": "Aspirine 75"}, "form": {"text": "sachet"}}
    treatment = {"resourceType": "MedicationStatement", "status": "active", "subject": SUBJECT}
    treatment |= {"medicationReference": {"reference": "Medication/x0"}}
    raw = add(letters.bundle(), medicine, treatment)
    answer = intake.send("medecin_traitant", raw)
    [statement] = [intake.whole(name) for name in intake.names("MedicationStatement")]
    assert statement["medicationCodeableConcept"] == {"text": "Aspirine 75"}
    [request] = read_by_desk(intake, answer, "ServiceRequest")
    assert "Medication.form forme : sachet" in [note["text"] for note in request["note"]]


def test_b_2_what_is_about_somebody_else_is_named_and_not_said(intake):
    raw = add(
        letters.bundle(),
        {"resourceType": "Patient", "name": [{"family": "Autre"}]},
        {"resourceType": "Condition", "subject": {"reference": "Patient/x0"}, "code": {"text": "Schizophrénie"}},
    )
    answer = intake.send("medecin_traitant", raw)
    places = ["Bundle.entry[2].resource", "Bundle.entry[3].resource"]
    assert list_issues(answer) == [("warning", "unread", place) for place in places]
    assert "Schizophrénie" not in json.dumps(read_by_desk(intake, answer, "ServiceRequest"), ensure_ascii=False)


def test_b_3_a_second_demand_is_taken_and_so_is_the_spouse(intake):
    number = {"identifier": [{"type": {"coding": [{"code": "PI"}]}, "system": "urn:cabinet", "value": "7"}]}
    spouse = {"name": [{"family": "Exemple", "given": ["Lou"]}], "birthDate": "1940-01-02", "gender": "male"}
    sent = [
        letters.bundle("B-1", reason="Repas"),
        letters.bundle("B-2", reason="Ménage"),
        add(letters.bundle("B-3"), person=spouse),
    ]
    answers = [intake.send("medecin_traitant", add(raw, person=number)) for raw in sent]
    assert [answer.status for answer in answers] == [201] * 3
    first, second, other = (intake.whole(task_in(answer))["for"]["reference"] for answer in answers)
    assert first == second != other
    assert len({task_in(answer) for answer in answers}) == 3


def make_unnumbered(reason: str = "Repas", phone: str = "0199000001") -> bytes:
    """A letter without any number of its own, about a person with one."""
    whole = json.loads(letters.bundle(reason=reason))
    del whole["identifier"]
    number = {"type": {"coding": [{"code": "PI"}]}, "system": "urn:cabinet", "value": "7"}
    whole["entry"][0]["resource"] |= {"identifier": [number], "telecom": [{"system": "phone", "value": phone}]}
    return json.dumps(whole).encode()


def test_b_3_a_letter_without_numbers_is_the_same_demand_while_that_is_open(intake):
    first = intake.send("medecin_traitant", make_unnumbered())
    assert intake.send("medecin_traitant", make_unnumbered()) == first
    again = intake.send("medecin_traitant", make_unnumbered(phone="0199000002"))
    assert task_in(again) == task_in(first)
    other = intake.send("medecin_traitant", make_unnumbered("Ménage"))
    assert (other.status, task_in(other) != task_in(first)) == (201, True)


def test_b_3_the_same_letter_without_numbers_is_a_new_demand_after_the_decision(intake):
    first = intake.send("medecin_traitant", make_unnumbered())
    intake.territory.pass_time()
    desk = intake.territory.open("guichet")
    read = desk.read(task_in(first))
    desk.edit(
        task_in(first), json.loads(read.body) | {"status": "rejected", "statusReason": {"text": "Non"}}, read.version
    )
    second = intake.send("medecin_traitant", make_unnumbered())
    assert (second.status, task_in(second) != task_in(first)) == (201, True)
    assert list_issues(second) == [("warning", "demand-again", "Bundle")]
    assert intake.send("medecin_traitant", make_unnumbered()) == second


MEASURES = {
    "comparator": {"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}},
    "range": {"valueRange": {"low": {"value": 3, "unit": "h"}, "high": {"value": 4, "unit": "h"}}},
    "ratio": {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}},
    "period": {"valuePeriod": {"start": "2026-01-01", "end": "2026-02-01"}},
    "boolean": {"valueBoolean": False},
    "time": {"valueTime": "08:30:00"},
    "codes": {"valueCodeableConcept": {"coding": [{"system": "urn:a", "code": "1"}, {"system": "urn:b", "code": "2"}]}},
    "range of reference": {
        "valueQuantity": {"value": 140, "unit": "mmol/L"},
        "interpretation": [{"text": "haut"}, {"text": "à contrôler"}],
        "referenceRange": [{"low": {"value": 135}, "high": {"value": 145}, "text": "adulte"}],
        "method": {"text": "ionométrie"},
        "bodySite": {"text": "bras gauche"},
    },
    "absent": {"dataAbsentReason": {"text": "refus"}},
}


@pytest.mark.parametrize("name", MEASURES)
def test_b_6_a_measure_keeps_its_type(intake, name):
    measure = {"resourceType": "Observation", "status": "final", "code": {"text": "Mesure"}, "subject": SUBJECT}
    measure |= MEASURES[name] | {"category": [{"coding": [{"code": "laboratory"}], "text": "Biologie"}]}
    answer = intake.send("medecin_traitant", add(letters.bundle(), measure | {"device": {"display": "Automate 3"}}))
    [read] = read_by_desk(intake, answer, "Observation")
    assert {key: read[key] for key in MEASURES[name]} == loads(json.dumps(MEASURES[name]).encode())
    assert read["category"] == measure["category"]
    assert [note["text"] for note in read["note"]] == ["Observation.device appareil : Automate 3"]


def test_b_7_every_coding_and_its_display_is_kept_in_order(intake):
    codings = [
        {"system": "urn:a", "code": "1", "display": "un"},
        {"system": "urn:b", "code": "2", "display": "deux"},
        {"system": "urn:c", "code": "3"},
    ]
    concept = {"coding": codings, "text": "Chutes"}
    resources = [
        {"resourceType": "Condition", "code": concept, "severity": concept, "subject": SUBJECT},
        {"resourceType": "Observation", "status": "final", "code": concept, "valueInteger": 3, "subject": SUBJECT},
        {"resourceType": "AllergyIntolerance", "code": concept, "patient": SUBJECT},
    ]
    answer = intake.send("medecin_traitant", add(letters.bundle(), *resources, reasonCode=[concept], code=concept))
    for kind in ("Condition", "Observation", "AllergyIntolerance"):
        [read] = read_by_desk(intake, answer, kind)
        assert read["code"] == concept
    [request] = read_by_desk(intake, answer, "ServiceRequest")
    assert request["code"] == concept
    assert concept in request["reasonCode"]


def test_b_9_a_bad_detail_is_said_in_words_and_named(intake):
    condition = {
        "resourceType": "Condition",
        "code": {"text": "Chute"},
        "subject": SUBJECT,
        "onsetDateTime": "mars 2026",
    }
    letter = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": SUBJECT,
        "content": [{"attachment": {"data": "%%"}}],
    }
    person = {"birthDate": "1842-03-15", "gender": "féminin"}
    answer = intake.send("medecin_traitant", add(letters.bundle(), condition, letter, person=person, authoredOn="hier"))
    assert answer.status == 201
    assert {(code, place) for _, code, place in list_issues(answer)} == {
        ("implausible-date", "Bundle.entry[0].resource.birthDate"),
        ("unknown-code", "Bundle.entry[0].resource.gender"),
        ("bad-date", "Bundle.entry[1].resource.authoredOn"),
        ("bad-attachment", "Bundle.entry[3].resource.content[0].attachment.data"),
        ("kept-in-message", "Bundle.entry[3].resource.content[0]"),
    }
    [request] = read_by_desk(intake, answer, "ServiceRequest")
    notes = "\n".join(note["text"] for note in request["note"])
    assert all(word in notes for word in ("1842-03-15", "féminin", "hier"))
    [read] = read_by_desk(intake, answer, "Condition")
    assert "mars 2026" in read["note"][0]["text"]


def test_b_11_an_address_and_a_number_are_kept_as_they_are_written(intake):
    person = {
        "address": [{"line": ["3 rue du Modèle"], "postalCode": "9001", "city": "Foix", "district": "Ariège"}],
        "telecom": [{"system": "phone", "value": "0199000020"}, {"system": "sms", "value": "0699000020"}],
    }
    answer = intake.send("medecin_traitant", add(letters.bundle(), person=person))
    [patient] = read_by_desk(intake, answer, "Patient")
    [address] = patient["address"]
    assert (address["line"], address["postalCode"], address["city"]) == (["3 rue du Modèle"], "9001", "Foix")
    assert [telecom["value"] for telecom in patient["telecom"]] == ["0199000020", "0699000020"]
    [request] = read_by_desk(intake, answer, "ServiceRequest")
    assert any("Ariège" in note["text"] for note in request["note"])
