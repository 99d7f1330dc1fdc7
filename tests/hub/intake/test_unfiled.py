"""What is not filed when an intake Task is decided waits, and is seen, until somebody files it (`docs/parts.md` 27, 30)."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles import codes
from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.reactions import unfiled
from tests.hub.intake.conftest import Intake
from tests.hub.intake.test_filing import open_filing, send

WORDS = "Fracture du poignet"
LETTER = "OBX|1|ED|11506-3^Compte rendu^LN||^application^pdf^Base64^JVBERi0xLjQK||||||F"


def find_row(intake: Intake, task: str) -> str:
    """The row of the words that nobody filed."""
    rows, _ = open_filing(intake).list_filing(task)
    return next(row.name for row in rows if WORDS in str(intake.whole(row.name)))


def can_read(intake: Intake, role: str, name: str) -> bool:
    try:
        intake.territory.open(role).read(name)
    except (NotFound, Refused):
        return False
    return True


def decide(intake: Intake, task: str, status: str) -> None:
    intake.territory.pass_time()
    intake.territory.change(task, status=status)
    intake.territory.pass_time()


@pytest.fixture
def task(intake: Intake) -> str:
    return send(intake, f"DG1|2|||{WORDS}")


@pytest.mark.parametrize("status", ["accepted", "rejected", "cancelled", "completed"])
def test_rule_30_what_waits_is_seen_until_it_is_filed(intake: Intake, task: str, status: str) -> None:
    row = find_row(intake, task)
    decide(intake, task, status)
    assert can_read(intake, "guichet", row)
    assert open_filing(intake).list_filing(task)[0][0].name
    open_filing(intake).file(task, row, "medical")
    intake.territory.pass_time()
    assert not can_read(intake, "guichet", row)
    assert can_read(intake, "hosp_clinicien", row)


def test_rule_30_handing_ends_with_the_decision(intake: Intake, task: str) -> None:
    """The message itself is not to be filed."""
    message = next(name for name in intake.names("DocumentReference"))
    assert can_read(intake, "guichet", message)
    decide(intake, task, "accepted")
    assert not can_read(intake, "guichet", message)
    assert can_read(intake, "hosp_clinicien", message)
    # The sender's words of its demand have no other section: they stay with who answers for them.
    request = next(name for name in intake.names("ServiceRequest") if "Maintien" in str(intake.whole(name)))
    assert b"Maintien" in intake.territory.open("guichet").read(request).body


def test_rule_27_only_the_agent_of_the_desk_and_the_sender_open_the_original(intake: Intake, task: str) -> None:
    """It says what is in sections that a case manager reads by consent only."""
    message = next(name for name in intake.names("DocumentReference"))
    binary = intake.whole(message)["content"][0]["attachment"]["url"]
    for name in (message, binary):
        assert can_read(intake, "guichet", name)
        assert can_read(intake, "hosp_clinicien", name)
        assert not can_read(intake, "gestionnaire", name)
    # What came with it, the case manager of the same organisation reads and files.
    assert can_read(intake, "gestionnaire", find_row(intake, task))


def test_rule_30_nothing_waits_of_a_demand_entered_in_error(intake: Intake, task: str) -> None:
    row = find_row(intake, task)
    decide(intake, task, "accepted")
    decide(intake, task, "entered-in-error")
    assert not can_read(intake, "guichet", row)


def test_rule_30_it_waits_with_the_referent_and_passes_on_with_the_plan(intake: Intake, task: str) -> None:
    row = find_row(intake, task)
    decide(intake, task, "accepted")
    [plan] = intake.names("CarePlan")
    intake.territory.change(plan, author={"reference": "Organization/ems"})
    intake.territory.pass_time()
    assert can_read(intake, "ems_apa", row)
    assert not can_read(intake, "guichet", row)
    intake.territory.change(plan, author=None)
    intake.territory.pass_time()
    assert can_read(intake, "guichet", row)
    assert not can_read(intake, "ems_apa", row)


def test_rule_30_a_letter_waits_with_its_file(intake: Intake) -> None:
    task = send(intake, LETTER.replace("11506-3", "99999-9"))
    rows = [row.name for row in open_filing(intake).list_filing(task)[0]]
    letter = next(name for name in rows if name.startswith("DocumentReference/"))
    binary = intake.whole(letter)["content"][0]["attachment"]["url"]
    decide(intake, task, "accepted")
    assert can_read(intake, "guichet", binary)
    open_filing(intake).file(task, letter, "medical")
    intake.territory.pass_time()
    assert not can_read(intake, "guichet", binary)


def test_rule_30_a_filing_taken_back_after_the_decision_waits_again(intake: Intake, task: str) -> None:
    row = find_row(intake, task)
    decide(intake, task, "accepted")
    open_filing(intake).file(task, row, "medical")
    intake.territory.pass_time()
    open_filing(intake).undo_filing(task, row)
    intake.territory.pass_time()
    assert can_read(intake, "guichet", row)
    # Filed before the decision, and taken back after it.
    other = send(intake, f"DG1|2|||{WORDS}")
    row = find_row(intake, other)
    open_filing(intake).file(other, row, "medical")
    decide(intake, other, "rejected")
    open_filing(intake).undo_filing(other, row)
    intake.territory.pass_time()
    assert can_read(intake, "guichet", row)


# --- A clinician files what the desk cannot -------------------------------------------------------------------------


def build_file_task(intake: Intake, row: str, owner: str) -> dict[str, Any]:
    patient = next(name for name in intake.names("Patient") if "EXEMPLE" in str(intake.whole(name)))
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": codes.HUB_TASK, "code": "file"}]},
        "for": {"reference": patient},
        "requester": {"reference": "Organization/dac"},
        "owner": {"reference": owner},
        "authoredOn": "2026-11-21",
        "input": [{"type": {"text": "à classer"}, "valueReference": {"reference": row}}],
    }


def ask(intake: Intake, row: str, owner: str = "Organization/ssiad") -> str:
    name = intake.territory.open("guichet").create(build_file_task(intake, row, owner)).name
    intake.territory.pass_time()
    return name


def test_rule_27_a_clinician_files_what_the_desk_asks_it_to(intake: Intake, task: str) -> None:
    row = find_row(intake, task)
    assert not can_read(intake, "ssiad", row)
    asked = ask(intake, row)
    decide(intake, task, "accepted")
    clinician = open_filing(intake, "ssiad")
    assert [found.name for found in clinician.list_filing(asked)[0]] == [row]
    receipt = clinician.file(asked, row, "psychiatric")
    intake.territory.pass_time()
    assert (receipt.party, receipt.role) == ("Organization/ssiad", "ssiad")
    assert intake.whole(asked)["status"] == "completed"
    for role in ("ssiad", "guichet"):
        assert not can_read(intake, role, row)
    # Filing is no part of her support: the service is not in her circle.
    assert "ssiad" not in str([intake.whole(name) for name in intake.names("CareTeam")])
    clinician.undo_filing(asked, row)
    intake.territory.pass_time()
    assert intake.whole(asked)["status"] == "requested"
    assert can_read(intake, "ssiad", row)
    assert can_read(intake, "guichet", row)


def test_rule_27_what_the_desk_files_itself_is_asked_of_nobody_any_more(intake: Intake, task: str) -> None:
    row = find_row(intake, task)
    asked = ask(intake, row)
    open_filing(intake).file(task, row, "medical")
    intake.territory.pass_time()
    assert intake.whole(asked)["status"] == "completed"
    assert not can_read(intake, "ssiad", row)


def test_rule_27_only_a_clinical_role_is_asked_and_files(intake: Intake, task: str) -> None:
    row = find_row(intake, task)
    with pytest.raises(Invalid, match="task-file-owner"):
        ask(intake, row, "Organization/saad")
    with pytest.raises(Invalid, match="task-code"):
        intake.territory.open("ssiad").create(
            build_file_task(intake, row, "Organization/ssiad") | {"requester": {"reference": "Organization/ssiad"}}
        )
    asked = ask(intake, row, "Organization/chu")
    with pytest.raises((Refused, Invalid)):
        open_filing(intake, "hosp_ass").file(asked, row, "medical")
    with pytest.raises((Refused, Invalid, NotFound)):
        open_filing(intake, "psy_cmp").file(asked, row, "medical")


def test_rule_30_put_back_is_noticed(intake: Intake, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits once the Task is decided."""
    monkeypatch.setattr(unfiled, "list_waiting", lambda task: set())
    with pytest.raises(AssertionError):
        test_rule_30_what_waits_is_seen_until_it_is_filed(intake, task, "accepted")
