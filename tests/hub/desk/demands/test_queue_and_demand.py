"""The queue and a received demand: what the desk sees of messages, taking, filing and its undo; others find no such pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.hub.accounts.conftest import CCAS, DAC
from tests.hub.desk.web.browsing import Browsing
from tests.hub.intake import letters
from tests.hub.intake.conftest import Intake, task_in
from tests.people import Somebody, enrol
from tests.territory import settle_territory, statements


@pytest.fixture
def intake(store: Store, settings: Settings) -> Intake:
    return Intake(store, settings, settle_territory(store))


@pytest.fixture
def nadia(store: Store, intake: Intake) -> Somebody:
    return enrol(store, "nadia@dac.example", (DAC, "guichet"), (CCAS, "ccas"))


@pytest.fixture
def desk(nadia: Somebody, app: Flask) -> Browsing:
    browsing = Browsing(app)
    browsing.sign_in(nadia, "dac:guichet")
    return browsing


def send(intake: Intake, number: str = "R-1", **more: str) -> str:
    """A hospital's demand; the id of its Task."""
    return task_in(intake.send("hosp_clinicien", letters.ref(number, **more))).partition("/")[2]


def read_words(browsing: Browsing) -> str:
    words = re.sub(r"<[^>]+>", " ", browsing.page.text.replace("\u00a0", " ").replace("&#39;", "'"))
    return re.sub(r"\s+", " ", words)


def test_the_first_page_of_the_desk_is_its_queue(desk: Browsing) -> None:
    assert desk.get("/").headers["Location"] == "/demandes"
    desk.follow()
    assert "Rien à trier." in read_words(desk)


def test_a_demand_is_in_the_queue_with_its_person_reason_and_sender(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    desk.get("/demandes")
    words = read_words(desk)
    assert f'href="/demandes/{task}"' in desk.page.text
    assert "EXEMPLE" in words
    assert "Hôpital fictif" in words
    assert "Reste" in words


@pytest.mark.parametrize("file", ["a-trier", "doublon", "a-completer", "en-attente", "relancees", "decidees"])
def test_every_file_opens_and_an_unknown_one_does_not(desk: Browsing, file: str) -> None:
    assert desk.get(f"/demandes?file={file}").status_code == 200
    assert desk.get("/demandes?file=autre").status_code == 404


def test_names_are_filtered_by_a_post_and_travel_in_no_address(desk: Browsing, intake: Intake) -> None:
    send(intake)
    desk.get("/demandes")
    desk.submit("nom", nom="exemp")
    assert "/demandes/" in desk.page.text
    desk.submit("nom", nom="personne")
    assert not re.findall(r'<a href="/demandes/[^n?][^"]*" data-key', desk.page.text)
    assert "asqué" in read_words(desk)


def test_a_demand_is_taken_and_handed_back_and_no_version_moves(
    desk: Browsing, intake: Intake, nadia: Somebody
) -> None:
    task = send(intake)
    sender = intake.territory.open("hosp_clinicien")
    before = sender.read(f"Task/{task}")
    desk.get("/demandes")
    desk.submit("prise", geste="prendre")
    desk.get("/demandes")
    assert "Vous" in read_words(desk)
    desk.get(f"/demandes/{task}")
    assert "À vous" in read_words(desk)
    desk.submit("prise", geste="rendre")
    desk.get("/demandes")
    assert "Je prends" in read_words(desk)
    assert sender.read(f"Task/{task}") == before


def test_a_colleague_sees_who_took_it_and_who_looks(desk: Browsing, intake: Intake, app: Flask, store: Store) -> None:
    task = send(intake)
    desk.get("/demandes")
    desk.submit("prise", geste="prendre")
    other = Browsing(app)
    other.sign_in(enrol(store, "paul@dac.example", (DAC, "guichet"), name="Paul Fictif"))
    other.get(f"/demandes/{task}")
    assert "Nadia Fictive" in read_words(other)
    desk.get(f"/demandes/{task}")
    assert "Paul Fictif regarde" in read_words(desk)


def test_what_nobody_said_is_said_to_be_missing(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    desk.get(f"/demandes/{task}")
    words = read_words(desk)
    assert "non dit" in words
    assert "questions sur 7" in words


def test_a_row_is_filed_by_one_act_and_taken_back(desk: Browsing, intake: Intake) -> None:
    raw = letters.ref("R-2").replace(
        b"R29.6^Chutes \xc3\xa0 r\xc3\xa9p\xc3\xa9tition^CIM10", b"^Chutes dans l'escalier^"
    )
    task = task_in(intake.send("hosp_clinicien", raw)).partition("/")[2]
    desk.get(f"/demandes/{task}")
    assert 'data-forme="classement"' in desk.page.text, read_words(desk)
    row = re.findall(r'name="ligne" value="([^"]+)"', desk.page.text)[0]
    assert "Chutes dans l'escalier" in read_words(desk)
    desk.post(f"/demandes/{task}/classement", {**desk.read_hidden(), "ligne": row, "volet": "medical"})
    assert desk.page.status_code == 303
    desk.get(f"/demandes/{task}")
    assert "Déjà classé" in read_words(desk)
    desk.post(f"/demandes/{task}/classement", {**desk.read_hidden(), "ligne": row, "volet": "medical"})
    assert desk.page.status_code == 303
    desk.post(f"/demandes/{task}/classement", {**desk.read_hidden(), "ligne": row, "volet": "recu"})
    assert desk.page.status_code == 303
    desk.get(f"/demandes/{task}")
    assert "Déjà classé" not in read_words(desk)


@pytest.mark.parametrize("volet", ["", "nowhere", "access-log"])
def test_a_section_that_there_is_not_is_refused_in_words(desk: Browsing, intake: Intake, volet: str) -> None:
    task = send(intake)
    desk.get(f"/demandes/{task}")
    desk.post(f"/demandes/{task}/classement", {**desk.read_hidden(), "ligne": "Condition/none", "volet": volet})
    assert desk.page.status_code == 422


def test_the_message_as_it_came_is_read_by_a_human(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    desk.get(f"/demandes/{task}/original")
    assert desk.page.status_code == 200
    assert "PID|1||0001" in desk.page.text
    assert re.search(r"[0-9a-f]{64}", desk.page.text)


def test_other_roles_find_no_such_pages(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    desk.get("/contexte")
    desk.submit("contexte", contexte="ccas:ccas")
    for path in ("/demandes", f"/demandes/{task}", f"/demandes/{task}/original"):
        hidden = desk.get(path).text
        assert (desk.page.status_code, hidden) == (404, desk.get("/nowhere").text)


def test_an_absent_demand_and_a_hidden_one_are_one(desk: Browsing, intake: Intake) -> None:
    task = send(intake)
    pages = {desk.get(f"/demandes/{each}").text for each in ("nobody", "x" * 12)}
    assert len(pages) == 1
    assert desk.get(f"/demandes/{task}").status_code == 200


def test_the_queue_costs_the_same_however_many_demands(desk: Browsing, intake: Intake, store: Store) -> None:
    def open_queue() -> int:
        with statements(store) as executed:
            desk.get("/demandes")
        return len(executed)

    for number in range(2):
        send(intake, f"R-{number}", ipp=str(number), name=f"UN{number}^ALIX^ALIX^^^^L", birth=f"1942020{number + 1}")
    before = open_queue()
    for number in range(2, 8):
        send(
            intake, f"R-{number}", ipp=str(number), name=f"NOM{number}^ALIX{number}^A^^^^L", birth=f"194203{number:02}"
        )
    assert open_queue() == before
