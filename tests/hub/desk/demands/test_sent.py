"""What a partner sent to the desk: whose turn it is, a question answered in place, and nothing that the desk did not say."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.record.db.store import Store
from hub.record.repository.desk import DeskRecord
from hub.settings.settings import Settings
from hub.task_machine import add_question, has_question
from hub.triage import desk_notes
from hub.triage.decision import decide as hold
from tests.hub.accounts.conftest import DAC
from tests.hub.desk.demands.test_queue_and_demand import read_words, send
from tests.hub.desk.web.browsing import Browsing
from tests.hub.intake.conftest import Intake
from tests.hub.triage.demands import CHU, SSIAD, refuse
from tests.people import Somebody, enrol
from tests.territory import settle_territory, statements


@pytest.fixture
def intake(store: Store, settings: Settings) -> Intake:
    return Intake(store, settings, settle_territory(store))


@pytest.fixture
def lea(store: Store, intake: Intake) -> Somebody:
    return enrol(store, "lea@chu.example", (CHU, "hosp_ass"), name="Léa Brouillon")


@pytest.fixture
def hospital(lea: Somebody, app: Flask) -> Browsing:
    browsing = Browsing(app)
    browsing.sign_in(lea)
    return browsing


def ask(intake: Intake, task_id: str, text: str = "Qui a les clés ?", recipient: str = CHU) -> None:
    """The desk asks, as a decision of this kind does when it is told."""
    here, name = intake.territory, f"Task/{task_id}"
    task = here.change(name, lambda whole: whole.update(add_question(whole)))
    here.open("guichet").create(
        {
            "resourceType": "Communication",
            "status": "completed",
            "subject": task["for"],
            "about": [{"reference": name}],
            "sent": "2026-11-23T10:58:00Z",
            "sender": {"reference": DAC},
            "recipient": [{"reference": recipient}],
            "payload": [{"contentString": text}],
        }
    )
    here.pass_time()


def list_answers(intake: Intake) -> list[str]:
    messages = [intake.whole(name) for name in intake.names("Communication")]
    return [each["payload"][0]["contentString"] for each in messages if each["sender"]["reference"] == CHU]


def test_the_first_page_of_a_sender_is_what_it_sent(hospital: Browsing, intake: Intake) -> None:
    assert hospital.get("/").headers["Location"] == "/mes-demandes"
    hospital.follow()
    assert "Aucune demande ouverte." in read_words(hospital)
    send(intake)
    words = read_words(hospital) if hospital.get("/mes-demandes") else ""
    assert "EXEMPLE" in words, words
    assert "Chez le guichet" in words
    assert "réponses sur 7" in words


def test_a_question_is_answered_in_place(hospital: Browsing, intake: Intake) -> None:
    task = send(intake)
    ask(intake, task)
    hospital.get("/mes-demandes")
    assert "À vous de répondre" in read_words(hospital)
    assert "Qui a les clés ?" in read_words(hospital)
    hospital.submit("repondre", reponse="Sa fille.")
    assert hospital.page.status_code == 303, read_words(hospital)
    hospital.follow()
    assert "Chez le guichet" in read_words(hospital)
    assert not has_question(intake.whole(f"Task/{task}"))
    assert list_answers(intake) == ["Sa fille."]


def test_an_answer_sent_twice_is_one_answer(hospital: Browsing, intake: Intake) -> None:
    task = send(intake)
    ask(intake, task)
    hospital.get("/mes-demandes")
    address, fields = hospital.read_form("repondre")
    for _ in range(2):
        hospital.post(address, {**fields, "reponse": "Sa fille.", "suite": ""})
        assert hospital.page.status_code == 303, read_words(hospital)
    assert list_answers(intake) == ["Sa fille."]


def test_an_empty_answer_is_named(hospital: Browsing, intake: Intake) -> None:
    ask(intake, task := send(intake))
    hospital.get("/mes-demandes")
    hospital.submit("repondre", reponse=" ")
    assert hospital.page.status_code == 422
    assert f'href="#reponse-{task}"' in hospital.page.text
    assert list_answers(intake) == []


def test_an_answer_on_another_state_is_shown_again(hospital: Browsing, intake: Intake) -> None:
    task = send(intake)
    ask(intake, task)
    hospital.get("/mes-demandes")
    hospital.submit("repondre", reponse="Sa fille.", version="other")
    assert hospital.page.status_code == 409
    assert "Sa fille." in hospital.page.text
    hospital.submit("repondre")
    assert hospital.page.status_code == 303
    assert list_answers(intake) == ["Sa fille."]


def test_an_answer_that_came_too_late_is_shown_to_be_copied(hospital: Browsing, intake: Intake) -> None:
    task = send(intake)
    ask(intake, task)
    hospital.get("/mes-demandes")
    address, fields = hospital.read_form("repondre")
    hospital.submit("repondre", reponse="Sa fille.")
    hospital.post(address, {**fields, "reponse": "Son voisin.", "suite": ""})
    assert hospital.page.status_code == 409
    assert "Son voisin." in hospital.page.text
    assert list_answers(intake) == ["Sa fille."]


def test_a_refusal_is_read_with_its_reason(hospital: Browsing, intake: Intake) -> None:
    task = send(intake)
    intake.territory.change(f"Task/{task}", status="rejected", statusReason={"text": "hors du territoire"})
    hospital.get("/mes-demandes")
    assert "EXEMPLE" not in read_words(hospital)
    hospital.get("/mes-demandes?etat=decidees")
    assert "Refusée : hors du territoire" in read_words(hospital)
    assert hospital.get("/mes-demandes?etat=autre").status_code == 404


def test_a_sender_reads_the_same_while_the_desk_works(hospital: Browsing, intake: Intake, store: Store) -> None:
    task = send(intake)
    other = send(intake, "R-2")
    ask(intake, other, "Que voulez-vous ?", intake.whole(f"Task/{other}")["for"]["reference"])
    before = hospital.get("/mes-demandes").text
    assert "Échéance arrêtée" in before
    assert "Que voulez-vous" not in before
    nadia = enrol(store, "nadia@dac.example", (DAC, "guichet"))
    record = DeskRecord(store, intake.territory.actor("guichet", account=nadia.account_id))
    desk_notes.take(store, record, f"Task/{task}")
    desk_notes.look(store, record, f"Task/{task}")
    hold(record, f"Task/{task}", record.read(f"Task/{task}").version, refuse())
    assert hospital.get("/mes-demandes").text == before


def test_others_demands_are_as_if_there_were_none(hospital: Browsing, intake: Intake, app: Flask, store: Store) -> None:
    stranger = Browsing(app)
    stranger.sign_in(enrol(store, "rose@ssiad.example", (SSIAD, "ssiad"), name="Rose Garrot"))
    empty = stranger.get("/mes-demandes").text
    task = send(intake)
    ask(intake, task)
    assert stranger.get("/mes-demandes").text == empty
    pages = set()
    for name in (task, "nobody"):
        stranger.get("/mes-demandes")
        stranger.post(f"/mes-demandes/{name}/reponse", {**stranger.read_hidden(), "reponse": "x", "version": ""})
        pages.add((stranger.page.status_code, stranger.page.text))
    assert [status for status, _ in pages] == [404]


def test_the_page_costs_the_same_however_many_demands(hospital: Browsing, intake: Intake, store: Store) -> None:
    def count() -> int:
        with statements(store) as seen:
            hospital.get("/mes-demandes")
        return len(seen)

    for number in range(2):
        ask(intake, send(intake, f"R-{number}"))
    before = count()
    for number in range(2, 6):
        ask(intake, send(intake, f"R-{number}"))
    assert count() == before
