"""`/personnes/<id>` and `/recherche`: the reader's slice in words, and nothing that a role may not see, for every role."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from hub.desk.dossiers.routes import READERS
from hub.domain.errors import HubError
from hub.record.db.store import Store
from tests.hub.desk.web.browsing import Browsing
from tests.people import enrol
from tests.territory import PARTIES, Territory, settle_territory, statements

# Role → the organisation that has it in the fictitious territory.
ORGANISATIONS = {role: party for party, roles in PARTIES.items() for role in roles if party.startswith("Organization/")}
ROLES = sorted(role for role in READERS & ORGANISATIONS.keys() if not role.startswith("m2m"))
HIDDEN = "Schizophrénie fictive"


@pytest.fixture
def territory(store: Store) -> Territory:
    return settle_territory(store)


def enter(app: Flask, store: Store, role: str) -> Browsing:
    browsing = Browsing(app)
    browsing.sign_in(enrol(store, f"{role}@example", (ORGANISATIONS[role], role)))
    return browsing


def list_texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for name, inner in value.items() if name not in ("meta", "id") for text in list_texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in list_texts(inner)]
    return [value] if isinstance(value, str) and len(value) > 3 else []


@pytest.mark.parametrize("role", ROLES)
def test_a_page_says_what_the_slice_of_its_reader_says(
    app: Flask, store: Store, territory: Territory, role: str
) -> None:
    whole = territory.whole("Patient/jeanne")
    browsing = enter(app, store, role)
    browsing.get("/personnes/jeanne")
    try:
        seen = json.loads(territory.open(role).read("Patient/jeanne").body)
    except HubError:
        page = browsing.page
        browsing.get("/personnes/nobody")
        assert (page.status_code, page.text) == (404, browsing.page.text)
        return
    assert browsing.page.status_code == 200
    hidden = set(list_texts(whole)) - set(list_texts(seen))
    assert {text for text in hidden if text in browsing.page.text} == set()


@pytest.mark.parametrize("role", ROLES)
def test_what_is_hidden_moves_no_byte(app: Flask, store: Store, territory: Territory, role: str) -> None:
    browsing = enter(app, store, role)
    before = browsing.get("/personnes/jeanne").text
    names = list_seen(territory, role)
    territory.write(
        {"resourceType": "Condition", "id": "f20", "subject": {"reference": "Patient/jeanne"}, "code": {"text": HIDDEN}}
        | {"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F20.0"}], "text": HIDDEN}},
        by="Organization/cmp",
    )
    after = browsing.get("/personnes/jeanne").text
    if list_seen(territory, role) == names:
        assert after == before
        assert HIDDEN not in after
    else:
        assert HIDDEN in after


def list_seen(territory: Territory, role: str) -> list[str]:
    try:
        return [piece.name for piece in territory.open(role).everything("Patient/jeanne", []).slices]
    except HubError:
        return []


def open_as_desk(app: Flask, store: Store, territory: Territory) -> Browsing:
    """A desk that registered the person."""
    territory.write(
        {"resourceType": "Patient", "id": "alix", "name": [{"use": "usual", "family": "Lebœuf", "given": ["Alix"]}]}
        | {"birthDate": "1942-03-15", "address": [{"city": "Redon", "postalCode": "35600"}]},
        by="Organization/dac",
    )
    return enter(app, store, "guichet")


@pytest.mark.parametrize("wanted", ["leboeuf", "LEBŒUF alix", "15/3/42", "leb", "Alix"])
def test_a_person_is_found_by_what_people_type(app: Flask, store: Store, territory: Territory, wanted: str) -> None:
    record = territory.open("guichet")
    name = record.create(
        {
            "resourceType": "Patient",
            "name": [{"use": "usual", "family": "Lebœuf", "given": ["Alix"]}],
            "birthDate": "1942-03-15",
        }
    ).name
    browsing = enter(app, store, "guichet")
    browsing.get("/annuaire")
    browsing.post("/recherche", {**browsing.read_hidden(), "q": wanted})
    assert f'href="/personnes/{name.partition("/")[2]}"' in browsing.page.text
    browsing.get(f"/personnes/{name.partition('/')[2]}")
    assert "Alix LEBŒUF" in browsing.page.text


@pytest.mark.parametrize("wanted", ["", "x", "nobody", "%", "<b>"])
def test_nobody_is_found_otherwise(app: Flask, store: Store, territory: Territory, wanted: str) -> None:
    browsing = enter(app, store, "guichet")
    browsing.get("/annuaire")
    browsing.post("/recherche", {**browsing.read_hidden(), "q": wanted})
    assert browsing.page.status_code == 200
    assert re.findall(r'href="/personnes/', browsing.page.text) == []


def test_what_was_searched_for_is_in_no_address(app: Flask, store: Store, territory: Territory) -> None:
    browsing = enter(app, store, "guichet")
    assert browsing.get("/recherche?q=leboeuf").headers["Location"] == "/"


def test_a_record_costs_the_same_however_long(app: Flask, store: Store, territory: Territory) -> None:
    browsing = enter(app, store, "gestionnaire")

    def open_page() -> int:
        with statements(store) as executed:
            browsing.get("/personnes/jeanne")
        return len(executed)

    before = open_page()
    for number in range(20):
        territory.write(
            {
                "resourceType": "Goal",
                "id": f"g{number}",
                "lifecycleStatus": "active",
                "description": {"text": "Marcher"},
            }
            | {"subject": {"reference": "Patient/jeanne"}},
            by="Organization/dac",
        )
    assert open_page() == before
