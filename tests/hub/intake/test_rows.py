import base64
import json

import pytest

from hub.intake import replay
from hub.record.admission.inbox import list_dead_letters
from tests.hub.intake.letters import ROW, table

OTHER = ("D-2", "Inventée", "Zoé", "01/02/1950", "Seule")
BAD = ("D-3", "Sansdate", "Ève", "31/02/1950", "Chute")


def told(answer):
    return json.loads(answer.body)["rows"]


def test_each_row_is_a_demand_of_its_own(intake):
    answer = intake.send("ccas", table(ROW, OTHER))
    assert (answer.status, [row["status"] for row in told(answer)]) == (200, ["accepted", "accepted"])
    people = {intake.whole(row["task"])["for"]["reference"] for row in told(answer)}
    assert len(people) == 2
    assert len(intake.intake_tasks()) == 2


def test_a_row_is_kept_without_its_neighbours(intake):
    raw = table(ROW, OTHER)
    intake.send("ccas", raw)
    assert [row["raw"] for row in intake.rows() if row["key"] is None] == [raw]
    assert [row["raw"] for row in intake.rows() if row["key"]] == [b"", b""]
    held = [base64.b64decode(intake.whole(name)["data"]).decode() for name in intake.names("Binary")]
    assert sorted(("Exemple" in text, "Inventée" in text) for text in held) == [(False, True), (True, False)]


def test_a_bad_row_never_stops_the_others(intake):
    answer = intake.send("ccas", table(BAD, ROW))
    assert (answer.status, [row["status"] for row in told(answer)]) == (200, ["refused", "accepted"])
    assert told(answer)[0]["errors"][0]["where"] == "row 1, Date de naissance"
    [letter] = list_dead_letters(intake.store, cause="bad-date")
    [dead] = intake.rows("dead")
    assert (letter.mid, b"Exemple" in dead["raw"], b"Sansdate" in dead["raw"]) == (dead["mid"], False, True)


def test_no_good_row_is_422(intake):
    answer = intake.send("ccas", table(BAD))
    assert (answer.status, [row["status"] for row in told(answer)]) == (422, ["refused"])


@pytest.mark.parametrize(("raw", "status"), [(b"", 422), (b"Nom\r\nx\r\n", 422), (b"\xff\xfe\x00", 400)])
def test_a_file_that_is_no_table_is_a_dead_letter(intake, raw, status):
    answer = intake.send("ccas", raw)
    assert (answer.status, [row["status"] for row in told(answer)]) == (status, ["refused"])
    assert [row["raw"] for row in intake.rows("dead")] == [raw]


def test_a_file_sent_again_makes_nothing_new(intake):
    first = told(intake.send("ccas", table(ROW, BAD)))
    kept = len(intake.rows())
    again = told(intake.send("ccas", table(ROW, BAD)))
    assert [row["status"] for row in again] == ["duplicate", "refused"]
    assert [row["task"] for row in again] == [row["task"] for row in first]
    assert (len(intake.rows()), len(intake.intake_tasks())) == (kept, 1)


def test_a_row_known_from_another_file_is_a_duplicate(intake):
    [first] = told(intake.send("ccas", table(ROW)))
    again = told(intake.send("ccas", table(OTHER, ROW)))
    assert [row["status"] for row in again] == ["accepted", "duplicate"]
    assert again[1]["task"] == first["task"]


def test_b_3_another_demand_of_a_known_person_is_a_demand_of_its_own(intake):
    [first] = told(intake.send("ccas", table(ROW)))
    [second] = told(intake.send("ccas", table((*ROW[:4], "Autre motif"))))
    assert (second["status"], second["task"] != first["task"]) == ("accepted", True)
    people = {intake.whole(row["task"])["for"]["reference"] for row in (first, second)}
    assert len(people) == 1


def test_b_3_the_spouse_under_the_same_number_is_another_person(intake):
    spouse = (ROW[0], ROW[1], "Lou", "02/01/1940", ROW[4])
    rows = told(intake.send("ccas", table(ROW, spouse)))
    assert [row["status"] for row in rows] == ["accepted", "accepted"]
    assert len({intake.whole(row["task"])["for"]["reference"] for row in rows}) == 2
    again = told(intake.send("ccas", table(spouse, ROW)))
    assert [row["task"] for row in again] == [rows[1]["task"], rows[0]["task"]]


def test_b_3_a_corrected_row_is_the_same_demand_while_it_is_open(intake):
    """Only what says who the person is was changed: the desk finds it with the demand."""
    header = "Numéro de dossier;Nom;Prénom;Date de naissance;Motif;Téléphone\r\n"
    row = "D-1;Exemple;Alix;15/03/1942;Ne sort plus;{}\r\n"
    [first] = told(intake.send("ccas", (header + row.format("0199000001")).encode()))
    [again] = told(intake.send("ccas", (header + row.format("0199000002")).encode()))
    assert (again["status"], again["task"], len(intake.intake_tasks())) == ("accepted", first["task"], 1)
    request = intake.whole(intake.whole(first["task"])["focus"]["reference"])
    stated = [inner["telecom"][0]["value"] for inner in request["contained"] if inner["resourceType"] == "Patient"]
    assert stated == ["0199000001", "0199000002"]


def decide(intake, task, status):
    """The desk decides about an intake Task."""
    desk = intake.territory.open("guichet")
    read = desk.read(task)
    desk.edit(task, json.loads(read.body) | {"status": status, "statusReason": {"text": "Décidé"}}, read.version)


@pytest.mark.parametrize("status", ["rejected", "accepted"])
def test_b_3_the_same_row_after_the_decision_is_a_new_demand_with_a_warning(intake, status):
    [first] = told(intake.send("ccas", table(ROW)))
    intake.territory.pass_time()
    decide(intake, first["task"], status)
    [second] = told(intake.send("ccas", table(ROW)))
    assert (second["status"], second["task"] != first["task"]) == ("accepted", True)
    [error] = second["errors"]
    assert (error["severity"], error["code"], error["where"]) == ("warning", "demand-again", "row 1")
    assert intake.whole(second["task"])["for"] == intake.whole(first["task"])["for"]
    assert [row["task"] for row in told(intake.send("ccas", table(ROW)))] == [second["task"]]


def test_b_3_the_same_row_is_a_new_demand_when_the_term_is_over(intake, clock):
    day = 86_400_000_000
    [first] = told(intake.send("ccas", table(ROW)))
    clock.value += 89 * day
    assert [row["task"] for row in told(intake.send("ccas", table(ROW)))] == [first["task"]]
    clock.value += 2 * day
    [second] = told(intake.send("ccas", table(ROW)))
    assert (second["task"] != first["task"], second["errors"][0]["code"]) == (True, "demand-again")
    clock.value += 89 * day
    assert [row["status"] for row in told(intake.send("ccas", table(ROW)))] == ["duplicate"]


def test_a_fault_on_one_row_is_that_rows_alone(intake, monkeypatch, capsys):
    from hub.intake import admission

    mapped = admission.to_fhir

    def fail_once(referral, context):
        monkeypatch.setattr(admission, "to_fhir", mapped)
        raise RuntimeError("Exemple")

    monkeypatch.setattr(admission, "to_fhir", fail_once)
    assert [row["status"] for row in told(intake.send("ccas", table(ROW, OTHER)))] == ["refused", "accepted"]
    assert "Exemple" not in capsys.readouterr().out
    [letter] = list_dead_letters(intake.store, cause="mapping-fault")
    [row] = told(replay(intake.store, letter.mid, intake.settings))
    assert row["status"] == "accepted"
    assert list_dead_letters(intake.store) == []
    assert [row["status"] for row in told(intake.send("ccas", table(ROW, OTHER)))] == ["duplicate", "duplicate"]


def test_the_order_of_separators_and_encodings_does_not_make_another_row(intake):
    intake.send("ccas", table(ROW))
    other_writing = table(ROW).decode().replace(";", "\t").encode("utf-16")
    assert [row["status"] for row in told(intake.send("ccas", other_writing))] == ["duplicate"]
