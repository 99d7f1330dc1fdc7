"""No sender holds the one writer for longer than a second, however large its message is (`docs/inbound.md` §3)."""

from __future__ import annotations

import json
import threading
import time

import pytest
from sqlalchemy import func, select

from adapters.fhir.resources.bundle import MAX_OF_ANY_TYPE, MAX_OF_TYPE
from adapters.hl7v2.syntax import parser
from hub.record.tables import message
from tests.hub.intake import letters

SEGMENTS = {
    "NK1": "NK1|{n}|EXEMPLE{n}^LOU^^^^^L|MTH^mère^HL70063|{n} rue du Modèle^^VALOMBRE^^99123|^PRN^PH^^^^^^^^^0199000001",
    "PRD": "PRD|PP|Lefictif{n}^Ida^^^Dr|||||1000{n:07}^RPPS",
    "DG1": "DG1|{n}||R29.6^Chutes {n}^CIM10|||F",
    "AL1": "AL1|{n}|DA^^HL70127|^Substance {n}",
    "IN1": "IN1|{n}|AMO^régime|{n:03}|Caisse {n}",
    "OBX": "OBX|{n}|NM|8867-4^Fréquence^LN|{n}|72|/min|||||F",
    "NTE": "NTE|{n}||Note {n}",
}


def make_letter(counts, number=1):
    lines = [SEGMENTS[name].format(n=n) for name, count in counts.items() for n in range(2, count + 2)]
    return letters.ref(f"L-{number}") + ("\r".join(lines) + "\r").encode()


@pytest.mark.parametrize("name", SEGMENTS)
def test_b_12_more_segments_of_a_type_than_a_letter_has_are_refused(intake, name):
    answer = intake.send("hosp_clinicien", make_letter({name: 4_000}))
    assert b"MSA|AE" in answer.body or b"MSA|AR" in answer.body
    (row,) = intake.rows("dead")
    assert row["cause"] == f"hl7-too-many-parts@{name}"


def test_b_12_the_largest_letter_holds_the_writer_for_less_than_a_second(intake):
    counts = {name: parser.MAX_OF_TYPE.get(name, parser.MAX_OF_ANY_TYPE) - 2 for name in SEGMENTS}
    took = []
    for number in range(2):
        began = time.process_time()
        answer = intake.send("hosp_clinicien", make_letter(counts, number))
        took.append(time.process_time() - began)
        assert b"MSA|AA" in answer.body, answer.body[:600]
    assert min(took) < 1


PERSON = {"reference": "Patient/p"}
RESOURCES = {
    "Observation": {"status": "final", "code": {"text": "Pouls"}, "subject": PERSON, "valueQuantity": {"value": 72}},
    "Condition": {"code": {"text": "Chute"}, "subject": PERSON, "severity": {"text": "grave"}},
    "AllergyIntolerance": {"code": {"text": "Latex"}, "patient": PERSON},
    "Procedure": {"status": "completed", "code": {"text": "Pose de prothèse"}, "subject": PERSON},
    "MedicationRequest": {
        "status": "active", "intent": "order", "subject": PERSON, "medicationCodeableConcept": {"text": "Paracétamol"},
        "dosageInstruction": [{"text": "1 g le soir"}],
    },
    "RelatedPerson": {"patient": PERSON, "name": [{"family": "Exemple", "given": ["Lou"]}]},
    "Coverage": {"status": "active", "beneficiary": PERSON, "payor": [{"display": "Caisse"}], "type": {"text": "régime"}},
    "DocumentReference": {
        "status": "current", "subject": PERSON, "content": [{"attachment": {"contentType": "text/plain", "data": "dGV4dGU="}}],
    },
    "Practitioner": {"name": [{"family": "Lefictif"}], "telecom": [{"system": "phone", "value": "0199000001"}]},
    "Flag": {"status": "active", "code": {"text": "Chien"}, "subject": PERSON},
    "Encounter": {"status": "finished", "class": {"code": "IMP"}, "subject": PERSON},
}  # fmt: skip


def make_bundle(counts, number=1):
    whole = json.loads(letters.bundle(f"B-{number}"))
    for name, count in counts.items():
        for n in range(count):
            resource = {"resourceType": name, "id": f"{name}-{n}", **RESOURCES[name]}
            entry = {"fullUrl": f"https://cabinet.example/{name}/{name}-{n}", "resource": resource}
            whole["entry"].append(entry | {"request": {"method": "POST", "url": name}})
    return json.dumps(whole).encode()


@pytest.mark.parametrize("name", RESOURCES)
def test_b_12_more_resources_of_a_type_than_a_letter_has_are_refused(intake, name):
    answer = intake.send("medecin_traitant", make_bundle({name: MAX_OF_TYPE.get(name, MAX_OF_ANY_TYPE) + 1}))
    assert (answer.status, b"json-too-many-parts" in answer.body) == (400, True)
    (row,) = intake.rows("dead")
    assert row["cause"] == f"json-too-many-parts@{name}"


def test_b_12_the_largest_bundle_holds_the_writer_for_less_than_a_second(intake):
    counts = {name: MAX_OF_TYPE.get(name, MAX_OF_ANY_TYPE) for name in RESOURCES}
    took = []
    for number in range(2):
        began = time.process_time()
        answer = intake.send("medecin_traitant", make_bundle(counts, number))
        took.append(time.process_time() - began)
        assert answer.status == 201, answer.body[:600]
    assert min(took) < 1, took


MOST_ROWS_WHILE_ANOTHER_WAITS = 4
"""Another sender's message is two transactions, storing and admitting; each waits for the row that is being written. Two more
rows are written while neither waits: before the first, and while the message is read between the two."""


def write_table_and_count(intake, others=8):
    """Write a table of 300 rows; return for each message of another sender how many rows were written until its answer."""
    table = letters.table(*((f"R-{n}", f"Exemple{n}", "Alix", "1942-03-15", "Repas") for n in range(300)))
    worker = threading.Thread(target=intake.send, args=("ccas", table))
    worker.start()
    while not count_rows(intake):
        assert worker.is_alive()
    counts = []
    for number in range(others):
        before = count_rows(intake)
        answer = intake.send("hosp_clinicien", letters.ref(f"W-{number}", demand=f"W-{number}"))
        assert b"MSA|AA" in answer.body
        assert worker.is_alive()
        counts.append(count_rows(intake) - before)
    worker.join()
    return counts


def count_rows(intake):
    with intake.store.read() as connection:
        return connection.scalar(select(func.count()).where(message.c.mid.contains("."), message.c.state == "admitted"))


def test_b_12_a_long_table_lets_others_write_between_its_rows(intake):
    counts = write_table_and_count(intake)
    assert max(counts) <= MOST_ROWS_WHILE_ANOTHER_WAITS, counts


def test_b_12_put_back_is_noticed(intake, monkeypatch):
    monkeypatch.setattr(parser, "MAX_OF_TYPE", {})
    monkeypatch.setattr(parser, "MAX_OF_ANY_TYPE", parser.MAX_SEGMENTS)
    with pytest.raises(AssertionError):
        test_b_12_more_segments_of_a_type_than_a_letter_has_are_refused(intake, "NK1")


def make_numbered(raw):
    """The letter as a message of one demand of one person."""
    whole = json.loads(raw)
    patient, request = (entry["resource"] for entry in whole["entry"][:2])
    patient["identifier"] = [{"type": {"coding": [{"code": "PI"}]}, "system": "urn:cabinet", "value": "7"}]
    request["identifier"] = [{"type": {"coding": [{"code": "PLAC"}]}, "system": "urn:cabinet", "value": "D-1"}]
    return json.dumps(whole).encode()


@pytest.mark.parametrize("role", ["hosp_clinicien", "medecin_traitant"])
def test_b_12_the_largest_letter_made_again_holds_the_writer_for_less_than_a_second(intake, role):
    """The messages of the demand before it are read again meanwhile."""
    counts = {name: parser.MAX_OF_TYPE.get(name, parser.MAX_OF_ANY_TYPE) - 2 for name in SEGMENTS}
    if role == "medecin_traitant":
        counts = {name: MAX_OF_TYPE.get(name, MAX_OF_ANY_TYPE) for name in RESOURCES}
    took = []
    for number in range(6):
        raw = make_numbered(make_bundle(counts, number)) if role == "medecin_traitant" else make_letter(counts, number)
        raw = raw.replace(b"D-L-%d^" % number, b"D-1^")
        began = time.process_time()
        answer = intake.send(role, raw)
        took.append(time.process_time() - began)
        assert answer.status in (200, 201)
    assert len(intake.intake_tasks()) == 1
    assert min(took[4:]) < 1, took
