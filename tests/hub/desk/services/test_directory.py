"""`/annuaire`: what services say of themselves, how fresh it is, and who may say it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from fhir_profiles import codes
from hub.record.db.store import Store
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import Somebody, enrol
from tests.territory import CMP_CATEGORY, Territory, settle_territory, statements

SOINS, CMP = "HealthcareService/soins", "HealthcareService/cmp-jour"


@pytest.fixture
def territory(store: Store) -> Territory:
    here = settle_territory(store)
    for name, organisation, more in (
        ("soins", "ssiad", {"type": [{"text": "Toilette à domicile"}], "coverageArea": [{"display": "Hautefable"}]}),
        ("aide", "saad", {"type": [{"text": "Aide à domicile"}]}),
        ("cmp-jour", "cmp", {"type": [CMP_CATEGORY]}),
    ):
        here.write(
            {"resourceType": "HealthcareService", "id": name, "active": True, "name": name.capitalize(), **more}
            | {"providedBy": {"reference": f"Organization/{organisation}"}}
        )
    return here


@pytest.fixture
def nurse(store: Store, territory: Territory, app: Flask) -> Browsing:
    return enter(app, enrol(store, "ssiad@example", ("Organization/ssiad", "ssiad")))


@pytest.fixture
def agent(store: Store, territory: Territory, app: Flask) -> Browsing:
    return enter(app, enrol(store, "nadia@dac.example", (DAC, "guichet")))


def enter(app: Flask, somebody: Somebody) -> Browsing:
    browsing = Browsing(app)
    browsing.sign_in(somebody)
    return browsing


def read_words(browsing: Browsing) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browsing.page.text.replace("\u00a0", " ")))


def test_a_service_that_said_nothing_is_not_known(agent: Browsing) -> None:
    agent.get("/annuaire")
    assert agent.page.status_code == 200
    assert "on ne sait pas" in read_words(agent)
    assert "jamais dit" in read_words(agent)


def test_one_press_says_the_places(nurse: Browsing, agent: Browsing, territory: Territory) -> None:
    nurse.get("/annuaire/soins")
    nurse.submit("places", nombre="2", depuis="14/12/2030", places="nombre")
    assert (nurse.page.status_code, nurse.page.headers["Location"]) == (303, "/annuaire/soins")
    agent.get("/annuaire")
    assert "2 places dès le 14 déc. 2030" in read_words(agent)
    assert "dit aujourd'hui" in read_words(agent).replace("’", "'").replace("&#39;", "'")
    nurse.follow()
    nurse.submit("places", places="complet")
    values = {each["url"]: each for each in territory.whole(SOINS)["extension"]}
    assert values[codes.FREE_PLACES_EXTENSION]["valueUnsignedInt"] == 0
    agent.get("/annuaire")
    assert "complet" in read_words(agent)


@pytest.mark.parametrize(("days", "said"), [(7, "il y a 7 j"), (150, "à vérifier"), (300, "on ne sait plus")])
def test_an_old_word_says_its_age(nurse: Browsing, store: Store, days: int, said: str) -> None:
    nurse.get("/annuaire/soins")
    nurse.submit("places", nombre="2", places="nombre")
    store.now.value += days * 86_400_000_000  # type: ignore[attr-defined]
    somebody = enrol(store, "other@example", (DAC, "guichet"))
    other = enter(nurse.app, somebody)
    other.get("/annuaire")
    assert said in read_words(other)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("quoi=toil", {"Soins"}), ("quoi=TOILETTE&commune=haute", {"Soins"}), ("quoi=domicile", {"Soins", "Aide"}),
        ("quoi=rien", set()), ("places=oui", set()),
    ],
)  # fmt: skip
def test_words_and_filters_are_in_the_address(agent: Browsing, query: str, names: set[str]) -> None:
    agent.get(f"/annuaire?{query}")
    assert {name for name in ("Soins", "Aide") if f'href="/annuaire/{name.lower()}"' in agent.page.text} == names


@pytest.mark.parametrize(
    "typed", [{"nombre": ""}, {"nombre": "-1"}, {"nombre": "deux"}, {"nombre": "2", "depuis": "demain"}]
)
def test_what_is_wrong_is_explained_and_stays(nurse: Browsing, territory: Territory, typed: dict[str, str]) -> None:
    before = territory.whole(SOINS)
    nurse.get("/annuaire/soins")
    nurse.submit("places", **typed, mot="Un mot", places="nombre")
    assert nurse.page.status_code == 422
    assert "Un mot" in nurse.page.text
    assert territory.whole(SOINS) == before


def test_two_colleagues_do_not_overwrite_each_other(nurse: Browsing, territory: Territory) -> None:
    nurse.get("/annuaire/soins")
    action, fields = nurse.read_form("places")
    nurse.post(action, {**fields, "places": "nombre", "nombre": "2"})
    nurse.post(action, {**fields, "places": "nombre", "nombre": "5", "mot": "Cinq"})
    assert nurse.page.status_code == 409
    assert "Cinq" in nurse.page.text
    assert {"url": codes.FREE_PLACES_EXTENSION, "valueUnsignedInt": 2} in territory.whole(SOINS)["extension"]


@leak(kills="somebody else says the places of a service")
def test_others_find_no_form_and_no_way_to_say(agent: Browsing, territory: Territory) -> None:
    agent.get("/annuaire/soins")
    assert 'data-forme="places"' not in agent.page.text
    agent.post("/annuaire/soins/places", {**agent.read_hidden(), "places": "complet"})
    assert agent.page.status_code == 404
    assert "extension" not in territory.whole(SOINS)


def test_a_hidden_service_is_an_absent_one(app: Flask, store: Store, territory: Territory) -> None:
    helper = enter(app, enrol(store, "saad@example", ("Organization/saad", "saad")))
    sights = []
    for address in ("/annuaire/cmp-jour", "/annuaire/nowhere"):
        helper.get(address)
        sights.append((helper.page.status_code, helper.page.text))
    seen = territory.open("saad").search("HealthcareService", [("active", "true")]).slices
    if CMP not in {piece.name for piece in seen}:
        assert sights[0] == sights[1]
        assert sights[0][0] == 404
    helper.get("/annuaire")
    shown = set(re.findall(r'href="/annuaire/([^"/?]+)"', helper.page.text))
    assert shown == {piece.name.partition("/")[2] for piece in seen}


def test_the_list_costs_the_same_however_many_services(agent: Browsing, store: Store, territory: Territory) -> None:
    def open_list() -> int:
        with statements(store) as executed:
            agent.get("/annuaire")
        return len(executed)

    before = open_list()
    for number in range(20):
        territory.write({"resourceType": "HealthcareService", "id": f"s{number}", "active": True, "name": f"S{number}"})
    assert open_list() == before
