"""`/demandes/nouvelle`: four answers suffice, what was typed stays, and what is saved is a demand that the desk reads at once."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from hub.record.db.store import Store
from hub.record.tables import message
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import CCAS, DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import Somebody, enrol
from tests.territory import Territory, settle_territory, statements

HREF = "/demandes/nouvelle"
ANSWERS = {
    "appelant": "Colette Exemple",
    "nom": "Théorique",
    "motif": "Ne sort plus depuis l'été.",
    "accord": "pas-demande",
}


@pytest.fixture
def territory(store: Store) -> Territory:
    return settle_territory(store)


@pytest.fixture
def nadia(store: Store, territory: Territory) -> Somebody:
    return enrol(store, "nadia@dac.example", (DAC, "guichet"), (CCAS, "ccas"))


@pytest.fixture
def desk(nadia: Somebody, app: Flask) -> Browsing:
    browsing = Browsing(app)
    browsing.sign_in(nadia, "dac:guichet")
    browsing.get(HREF)
    return browsing


def list_messages(store: Store) -> list:
    with store.read() as connection:
        return list(connection.execute(message.select()))


def read_typed(desk: Browsing) -> dict[str, str]:
    """What the form has; a browser drops the line end after <textarea>."""
    return {name: value.removeprefix("\n") for name, value in desk.read_form("demande")[1].items()}


def read_task(desk: Browsing, territory: Territory) -> dict:
    assert desk.page.status_code == 303, desk.page.text
    return territory.whole(f"Task/{desk.page.headers['Location'].rpartition('/')[2]}")


def test_four_answers_suffice(desk: Browsing, territory: Territory) -> None:
    desk.submit("demande", **ANSWERS)
    request = territory.whole(read_task(desk, territory)["focus"]["reference"])
    assert request["reasonCode"] == [{"text": ANSWERS["motif"]}]
    assert {note["text"] for note in request["note"]} >= {
        "Venue : par téléphone",
        "Accord de la personne : pas encore demandé",
    }


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_missing_is_named_and_what_was_typed_stays(desk: Browsing, store: Store, name: str) -> None:
    desk.submit("demande", **{**ANSWERS, name: ""}, commune="Redon", naissance="14/6/47")
    assert desk.page.status_code == 422
    assert f'href="#{name}"' in desk.page.text
    assert list_messages(store) == []
    fields = read_typed(desk)
    kept = {**ANSWERS, "commune": "Redon", "naissance": "14/6/47"}
    assert {key: fields.get(key) for key in kept if key != name} == {key: kept[key] for key in kept if key != name}
    assert "14 juin 1947" in desk.page.text.replace("\u00a0", " ")


@pytest.mark.parametrize(("name", "value"), [("naissance", "hier"), ("telephone", "fille"), ("motif", "x" * 4001)])
def test_what_is_wrong_is_explained_and_stays(desk: Browsing, store: Store, name: str, value: str) -> None:
    desk.submit("demande", **{**ANSWERS, name: value})
    assert desk.page.status_code == 422
    assert f'id="{name}-faute"' in desk.page.text
    assert read_typed(desk)[name] == value
    assert list_messages(store) == []


def test_a_form_sent_twice_is_one_demand(desk: Browsing, store: Store) -> None:
    action, fields = desk.read_form("demande")
    first = desk.post(action, {**fields, **ANSWERS}).headers["Location"]
    assert desk.post(action, {**fields, **ANSWERS}).headers["Location"] == first
    assert len({row.task for row in list_messages(store)}) == 1


def test_another_text_under_the_same_number_is_not_lost_in_silence(desk: Browsing) -> None:
    action, fields = desk.read_form("demande")
    desk.post(action, {**fields, **ANSWERS})
    desk.post(action, {**fields, **ANSWERS, "motif": "Autre chose"})
    assert desk.page.status_code == 409
    assert "Autre chose" in desk.page.text


@pytest.mark.parametrize(
    "name", ["Lebœuf", "L'Hôte", "N'Guyen-Exemple", "O", "x" * 60, "عائشة", "Ångström", "<b>gras</b>"]
)
def test_a_person_is_found_at_once_after_she_was_entered(desk: Browsing, territory: Territory, name: str) -> None:
    desk.submit("demande", **{**ANSWERS, "nom": f" {name} "}, prenom="Alix", naissance="12/3/38")
    task = read_task(desk, territory)
    desk.get(HREF)
    desk.submit("demande", nom=name, prenom="Alix", naissance="12031938", suite="chercher")
    assert desk.page.status_code == 200
    assert f'href="/personnes/{task["for"]["reference"].partition("/")[2]}"' in desk.page.text
    assert "<b>gras</b>" not in desk.page.text


def test_a_demand_is_attached_to_who_was_chosen(desk: Browsing, territory: Territory) -> None:
    desk.submit("demande", **ANSWERS)
    person = read_task(desk, territory)["for"]["reference"]
    desk.get(HREF)
    desk.submit("demande", **{**ANSWERS, "motif": "Encore"}, candidate=person.partition("/")[2])
    assert read_task(desk, territory)["for"]["reference"] == person


@leak(kills="a form of the desk names a person whom the agent does not see")
def test_a_person_whom_the_agent_does_not_see_is_refused_like_one_that_is_not(
    desk: Browsing, territory: Territory
) -> None:
    territory.whole("Patient/jeanne")
    answers = []
    for candidate in ("jeanne", "nobody"):
        desk.get(HREF)
        desk.submit("demande", **ANSWERS, candidate=candidate)
        assert desk.page.status_code == 422
        answers.append(desk.page.text.replace(desk.read_form("demande")[1]["envoi"], ""))
    assert answers[0] == answers[1]


def test_known_persons_are_those_whom_the_agent_sees(desk: Browsing, territory: Territory) -> None:
    jeanne = territory.whole("Patient/jeanne")
    [name, *_] = jeanne["name"]
    desk.submit("demande", nom=name["family"], prenom=name["given"][0], naissance=jeanne["birthDate"], suite="chercher")
    assert "/personnes/jeanne" not in desk.page.text


def test_the_part_of_known_persons_is_answered_alone(desk: Browsing) -> None:
    desk.post(f"{HREF}/proches", {**desk.read_hidden(), "nom": "Théorique", "commune": "redon"})
    assert desk.page.status_code == 200
    assert "<html" not in desk.page.text
    assert "Redon, 35600" in desk.page.text


def test_other_roles_find_no_such_page(desk: Browsing, nadia: Somebody) -> None:
    desk.get("/contexte")
    desk.submit("contexte", contexte="ccas:ccas")
    for path in (HREF, "/nowhere"):
        assert desk.get(path).status_code == 404
    assert desk.post(HREF, {**desk.read_hidden(), **ANSWERS}).status_code in (403, 404)


def test_a_page_costs_the_same_whoever_is_known(desk: Browsing, store: Store) -> None:
    def search() -> int:
        with statements(store) as executed:
            desk.post(f"{HREF}/proches", {**desk.read_hidden(), "nom": "Théorique", "naissance": "1947"})
        return len(executed)

    desk.submit("demande", **ANSWERS)
    before = search()
    for number in range(5):
        desk.get(HREF)
        desk.submit("demande", **ANSWERS, prenom=f"Basile {number}")
    assert search() == before


def test_a_demand_to_call_back_is_on_the_list_of_calls_once(desk: Browsing) -> None:
    action, fields = desk.read_form("demande")
    values = {**fields, **ANSWERS, "appelant_telephone": "01 99 00 00 41", "message_laisse": "non", "suite": "rappeler"}
    for _ in range(2):
        desk.post(action, values)
        assert desk.page.headers["Location"] == "/demandes"
    desk.follow()
    assert desk.page.text.count("<b>Colette Exemple</b>") == 1
    assert "ne pas laisser de message" in desk.page.text.replace("\u00a0", " ")


def test_the_names_that_were_typed_are_in_no_address(desk: Browsing) -> None:
    desk.submit("demande", **ANSWERS, suite="chercher")
    assert "Th%C3%A9orique" not in json.dumps(dict(desk.page.headers))
