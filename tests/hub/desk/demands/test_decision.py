"""The decision: nothing leaves before its time, everything leaves once, and what is missing is named beside what was typed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from hub.app import create_app
from hub.domain.desk.criteria import load_criteria
from hub.record.db.store import Store
from hub.settings.settings import Settings
from hub.triage.telling import tell_due
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import DAC
from tests.hub.desk.demands.test_queue_and_demand import read_words, send
from tests.hub.desk.web.browsing import Browsing
from tests.hub.intake.conftest import Intake
from tests.people import Somebody, enrol
from tests.territory import settle_territory

MINUTE = 60_000_000
CRITERIA = {f"critere_{criterion.id}": "oui" for criterion in load_criteria().criteria}
REFUSAL = {
    "decision": "refuser",
    "motif": load_criteria().reasons[0].code,
    "texte_adresseur": "Voyez le CCAS.",
    "texte_personne": "Le CCAS vous aidera.",
}


@pytest.fixture
def intake(store: Store, settings: Settings) -> Intake:
    return Intake(store, settings, settle_territory(store))


@pytest.fixture
def nadia(store: Store, intake: Intake) -> Somebody:
    return enrol(store, "nadia@dac.example", (DAC, "guichet"))


@pytest.fixture
def desk(nadia: Somebody, settings: Settings, store: Store) -> Browsing:
    """The desk of a territory that is no demo: decisions are held for a quarter of an hour."""
    browsing = Browsing(
        create_app(replace(settings, env="production"), store) if settings.demo else _app(settings, store)
    )
    browsing.sign_in(nadia)
    return browsing


def _app(settings: Settings, store: Store) -> Flask:
    return create_app(settings, store)


def decide(desk: Browsing, task: str, **values: object) -> None:
    desk.get(f"/demandes/{task}/decision")
    _, fields = desk.read_form("decision")
    desk.post(f"/demandes/{task}/decision", {**fields, **values, "suite": values.get("suite", "")})


def send_now(desk: Browsing, task: str) -> None:
    desk.get(f"/demandes/{task}/decision")
    desk.post(f"/demandes/{task}/decision", {**desk.read_hidden(), "suite": "envoyer-maintenant"})
    assert desk.page.status_code == 303, read_words(desk)


def see(intake: Intake, task: str):
    return intake.territory.open("hosp_clinicien").read(f"Task/{task}")


@leak(kills="a decision is told at once")
def test_a_refusal_is_held_then_told(desk: Browsing, intake: Intake, store: Store) -> None:
    task = send(intake)
    before = see(intake, task)
    decide(desk, task, **REFUSAL)
    assert desk.page.status_code == 303, read_words(desk)
    desk.follow()
    assert "Rien n'est encore parti" in read_words(desk)
    assert see(intake, task) == before
    store.now.value += 14 * MINUTE  # type: ignore[attr-defined]
    tell_due(store, "http://localhost")
    assert see(intake, task) == before
    store.now.value += 2 * MINUTE  # type: ignore[attr-defined]
    tell_due(store, "http://localhost")
    assert intake.whole(f"Task/{task}")["status"] == "rejected"


@leak(kills="an undone decision keeps its row")
def test_a_refusal_is_undone_after_ten_minutes(desk: Browsing, intake: Intake, store: Store) -> None:
    task = send(intake)
    before = see(intake, task)
    decide(desk, task, **REFUSAL)
    store.now.value += 10 * MINUTE  # type: ignore[attr-defined]
    desk.get(f"/demandes/{task}/decision")
    desk.post(f"/demandes/{task}/decision/annuler", desk.read_hidden())
    assert desk.page.status_code == 303
    store.now.value += 8 * MINUTE  # type: ignore[attr-defined]
    tell_due(store, "http://localhost")
    assert see(intake, task) == before
    desk.get(f"/demandes/{task}/decision")
    assert "Que décidez-vous" in read_words(desk)


def test_a_decision_is_sent_at_once(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    decide(desk, task, **REFUSAL)
    send_now(desk, task)
    assert desk.page.status_code == 303
    assert intake.whole(f"Task/{task}")["status"] == "rejected"


def test_a_refusal_is_taken_up_again_a_day_later(desk: Browsing, intake: Intake, store: Store, nadia: Somebody) -> None:
    task = send(intake)
    decide(desk, task, **REFUSAL)
    send_now(desk, task)
    store.now.value += 24 * 60 * MINUTE  # type: ignore[attr-defined]
    desk.sign_in(nadia)
    desk.get(f"/demandes/{task}/decision")
    assert "Reprendre cette demande" in read_words(desk)
    desk.submit("reprendre", motif="")
    assert desk.page.status_code == 422
    desk.submit("reprendre", motif="Sa fille rappelle : hospitalisée.")
    assert desk.page.status_code == 303, read_words(desk)
    sequel = desk.page.headers["Location"].rpartition("/")[2]
    assert sequel != task
    assert intake.whole(f"Task/{sequel}")["status"] in ("requested", "received")


def test_an_acceptance_names_the_case_manager(desk: Browsing, intake: Intake, store: Store) -> None:
    enrol(store, "camille@dac.example", (DAC, "gestionnaire"), name="Camille Trame")
    task = send(intake)
    desk.get(f"/demandes/{task}/decision")
    assert re.search(r"Camille Trame · 0/40", read_words(desk))
    manager = re.findall(r'<option value="([^"]+)"[^>]*>Camille', desk.page.text)[0]
    decide(desk, task, decision="accepter", gestionnaire=manager, **CRITERIA)
    assert desk.page.status_code == 303, read_words(desk)
    send_now(desk, task)
    assert intake.whole(f"Task/{task}")["status"] in ("accepted", "in-progress", "completed")


def test_a_demand_is_oriented_to_two_services(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    decide(desk, task, decision="orienter", service=["ssiad", "saad"], texte_adresseur="Toilette le matin.", **CRITERIA)
    assert desk.page.status_code == 303, read_words(desk)
    send_now(desk, task)
    assert desk.page.status_code == 303, read_words(desk)
    owners = {
        intake.whole(name)["owner"]["reference"] for name in intake.names("Task") if "owner" in intake.whole(name)
    }
    assert owners >= {"Organization/ssiad", "Organization/saad"}


def test_a_question_stops_the_clock(desk: Browsing, intake: Intake, store: Store) -> None:
    task = send(intake)
    decide(desk, task, decision="demander", question="Qui a les clés ?")
    send_now(desk, task)
    store.now.value += MINUTE  # type: ignore[attr-defined]
    desk.get("/demandes?file=a-completer")
    assert "Échéance arrêtée" in read_words(desk)
    assert f"/demandes/{task}" in desk.page.text


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({}, "decision"),
        ({"decision": "accepter", "gestionnaire": "x"}, "critere_age"),
        ({"decision": "accepter", **CRITERIA}, "gestionnaire"),
        ({"decision": "accepter", "gestionnaire": "x", **CRITERIA, "critere_c2": "inconnu"}, "critere_c2"),
        ({"decision": "orienter"}, "service"),
        ({"decision": "demander", "question": " "}, "question"),
        ({**REFUSAL, "motif": ""}, "motif"),
        ({**REFUSAL, "texte_personne": ""}, "texte_personne"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(
    desk: Browsing, intake: Intake, values: dict[str, str], place: str
) -> None:
    task = send(intake)
    decide(desk, task, **{"texte_adresseur": "Un texte à garder", **values})
    assert desk.page.status_code == 422
    assert f'href="#{place}"' in desk.page.text
    assert values.get("texte_adresseur", "Un texte à garder") in desk.page.text
    assert intake.whole(f"Task/{task}")["status"] == "requested"


def test_a_decision_on_another_state_is_shown_again(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    desk.get(f"/demandes/{task}/decision")
    _, fields = desk.read_form("decision")
    desk.post(f"/demandes/{task}/decision", {**fields, **REFUSAL, "version": "other", "suite": ""})
    assert desk.page.status_code == 409
    assert "Voyez le CCAS." in desk.page.text


def test_a_form_sent_twice_is_one_decision(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    desk.get(f"/demandes/{task}/decision")
    _, fields = desk.read_form("decision")
    for status in (303, 409):
        desk.post(f"/demandes/{task}/decision", {**fields, **REFUSAL, "suite": ""})
        assert desk.page.status_code == status
