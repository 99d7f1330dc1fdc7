"""`/admin/partenaires` and `/admin/cles`: software is linked, suspended, and changes its keys with both valid for a while."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from flask import Flask

from hub.administration.public_keys import make_key, strip_private_members
from hub.auth.assertion import ASSERTION_TYPE, make_assertion
from hub.record.accounts.events import list_events
from hub.record.clients.key_list import list_keys
from hub.record.clients.registry import find
from tests.hub.desk.web.browsing import Browsing
from tests.people import pass_time
from tests.territory import Territory

ADDRESS = "/admin/partenaires/nouveau"
CHU = {"identifiant": "chu-dpi", "nom": "DPI du CHU", "structure": "Organization/chu", "role": "hosp_clinicien"}
FIVE_MINUTES = 5 * 60_000_000 + 1


def make_public(kid: str) -> str:
    return json.dumps(strip_private_members(make_key(kid)))


def read_acts(here: Territory) -> list[tuple[str, str]]:
    with here.store.read() as connection:
        return [(event.act, event.why) for event in reversed(list_events(connection, ""))]


@pytest.fixture
def key() -> str:
    return make_public("k1")


@pytest.fixture
def linked(admin: Browsing, key: str) -> Browsing:
    """The software of the hospital is linked."""
    admin.get(ADDRESS)
    assert admin.submit("logiciel", **CHU, source="chu-hl7", cle=key).status_code == 303
    return admin


def test_software_is_linked_and_its_organisation_takes_the_role(linked: Browsing, here: Territory) -> None:
    assert linked.page.headers["Location"] == "/admin/partenaires/chu-dpi"
    partner = find(here.store, "chu-dpi")
    assert partner is not None
    assert (partner.party, partner.role, partner.sources) == ("Organization/chu", "hosp_clinicien", ("chu-hl7",))
    assert [key.kid for key in partner.keys] == ["k1"]
    assert read_acts(here) == [("partner-added", "chu-dpi")]
    page = linked.get("/admin/partenaires").text
    assert "Hôpital fictif" in page
    assert "chu-dpi" in page


def test_the_form_sent_twice_links_once(linked: Browsing, here: Territory, key: str) -> None:
    linked.get(ADDRESS)
    assert linked.submit("logiciel", **CHU, source="chu-hl7", cle=key).status_code == 303
    assert [act for act, _ in read_acts(here)] == ["partner-added"]
    linked.get(ADDRESS)
    assert linked.submit("logiciel", **{**CHU, "nom": "Un autre"}, cle=make_public("k2")).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"identifiant": "a b"}, "identifiant"),
        ({"nom": ""}, "nom"),
        ({"structure": "Organization/nobody"}, "structure"),
        ({"structure": ""}, "structure"),
        ({"role": "notaire"}, "role"),
        ({"role": ""}, "role"),
        ({"source": "nowhere"}, "source"),
        ({"portees": "user/*.r"}, "portees"),
        ({"portees": ""}, "portees"),
        ({"cle": ""}, "cle"),
        ({"cle": "<b>no key</b>"}, "cle"),
        ({"cle": json.dumps(make_key("burnt"))}, "cle"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    admin: Browsing, here: Territory, key: str, wrong: dict[str, str], field: str
) -> None:
    admin.get(ADDRESS)
    page = admin.submit("logiciel", **{**CHU, "cle": key, **wrong})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    _, fields = admin.read_form("logiciel")
    typed = {"identifiant": CHU["identifiant"], "nom": CHU["nom"], **wrong}
    assert [fields.get(name, "") for name in ("identifiant", "nom")] == [typed["identifiant"], typed["nom"]]
    assert find(here.store, "chu-dpi") is None


def test_a_client_is_suspended_and_admitted_again(linked: Browsing, here: Territory) -> None:
    for word, active in (("suspendre", False), ("retablir", True)):
        linked.get("/admin/partenaires/chu-dpi")
        assert linked.submit("suspension").status_code == 303
        partner = find(here.store, "chu-dpi")
        assert partner is not None
        assert partner.active is active, word
    assert [act for act, _ in read_acts(here)][1:] == ["partner-suspended", "partner-resumed"]


def test_a_page_that_shows_another_state_changes_nothing(linked: Browsing, here: Territory) -> None:
    linked.get("/admin/partenaires/chu-dpi")
    action, fields = linked.read_form("suspension")
    linked.post(action, fields)
    # Sent twice: it is suspended already.
    assert linked.post(action, fields).status_code == 303
    assert linked.post(action, {**fields, "geste": "retablir"}).status_code == 409
    assert [act for act, _ in read_acts(here)][1:] == ["partner-suspended"]


def test_a_new_key_is_tried_then_valid_beside_the_old_one_until_it_is_retired(
    linked: Browsing, here: Territory
) -> None:
    second = make_public("k2")
    linked.get("/admin/cles/chu-dpi")
    page = linked.submit("cle", cle=second, suite="essayer")
    assert page.status_code == 200
    assert "Empreinte" in page.text
    assert [key.kid for key in find(here.store, "chu-dpi").keys] == ["k1"]  # type: ignore[union-attr]
    assert linked.submit("cle", suite="accepter").status_code == 303
    assert {key.kid for key in find(here.store, "chu-dpi").keys} == {"k1", "k2"}  # type: ignore[union-attr]
    page = linked.get("/admin/cles/chu-dpi")
    assert "finit dans 30" in page.text.replace("\xa0", " ")
    linked.post("/admin/cles/chu-dpi/retrait", {**linked.read_hidden(), "kid": "k1"})
    assert [key.kid for key in find(here.store, "chu-dpi").keys] == ["k2"]  # type: ignore[union-attr]
    # Retired already: nothing more to do. The last one stays.
    assert linked.post("/admin/cles/chu-dpi/retrait", {**linked.read_hidden(), "kid": "k1"}).status_code == 303
    assert linked.post("/admin/cles/chu-dpi/retrait", {**linked.read_hidden(), "kid": "k2"}).status_code == 422
    assert [act for act, _ in read_acts(here)][1:] == ["keys-added", "key-retired"]


def test_a_file_of_a_key_counts_as_the_field(linked: Browsing, here: Territory) -> None:
    linked.get("/admin/cles/chu-dpi")
    file = (BytesIO(make_public("k2").encode()), "cle.jwk")
    assert linked.submit("cle", fichier=file, suite="accepter").status_code == 303
    assert {key.kid for key in find(here.store, "chu-dpi").keys} == {"k1", "k2"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"cle": "no"}, "cle"), ({"recouvrement": "721"}, "recouvrement"), ({"recouvrement": "soon"}, "recouvrement")],
)
def test_a_wrong_key_form_keeps_what_was_typed(linked: Browsing, wrong: dict[str, str], field: str) -> None:
    linked.get("/admin/cles/chu-dpi")
    page = linked.submit("cle", **{"cle": make_public("k2"), "suite": "accepter", **wrong})
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert linked.read_form("cle")[1][field].strip() == wrong[field]


def test_keys_that_changed_meanwhile_are_shown_before_another_is_accepted(linked: Browsing, here: Territory) -> None:
    linked.get("/admin/cles/chu-dpi")
    action, fields = linked.read_form("cle")
    assert linked.post(action, {**fields, "cle": make_public("k2"), "suite": "accepter"}).status_code == 303
    assert linked.post(action, {**fields, "cle": make_public("k3"), "suite": "accepter"}).status_code == 409
    assert {key.kid for key in find(here.store, "chu-dpi").keys} == {"k1", "k2"}  # type: ignore[union-attr]


def test_an_organisation_is_entered_and_its_software_is_next(admin: Browsing, here: Territory) -> None:
    admin.get("/admin/partenaires/structure")
    form = {"nom": "Nouvelle structure", "identifiant": "new"}
    page = admin.submit("structure", **form)
    assert page.headers["Location"] == "/admin/partenaires/nouveau?structure=Organization/new"
    assert admin.follow().status_code == 200
    assert admin.read_form("logiciel")[1]["structure"] == "Organization/new"
    admin.get("/admin/partenaires/structure")
    assert admin.submit("structure", **form).status_code == 303
    admin.get("/admin/partenaires/structure")
    assert admin.submit("structure", nom="Autre", identifiant="new").status_code == 422
    assert admin.submit("structure", nom="", identifiant="x").status_code == 422
    assert [act for act, _ in read_acts(here)] == ["organisation-added"]


@pytest.mark.parametrize(
    "path", [ADDRESS, "/admin/partenaires/structure", "/admin/partenaires/chu-dpi", "/admin/cles/chu-dpi"]
)
def test_la_8_a_dangerous_act_wants_a_fresh_proof(linked: Browsing, here: Territory, path: str) -> None:
    linked.get(path)
    csrf = linked.read_hidden()
    pass_time(here.store, FIVE_MINUTES)
    page = linked.get(path)
    assert "/compte/preuve?suite=" in page.text
    assert 'data-forme="suspension"' not in page.text
    before = read_acts(here)
    answer = linked.post(path, {**CHU, **csrf, "geste": "suspendre", "cle": make_public("k9"), "suite": "accepter"})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/compte/preuve")
    assert read_acts(here) == before


def test_an_unknown_client_is_not_there(admin: Browsing) -> None:
    for path in ("/admin/partenaires/nobody", "/admin/cles/nobody", "/admin/sources/nowhere", "/admin/comptes/x"):
        assert admin.get(path).status_code == 404


def test_the_last_use_of_a_key_is_shown(linked: Browsing, here: Territory, app: Flask) -> None:
    key = make_key("k9")
    linked.get(ADDRESS)
    public = json.dumps(strip_private_members(key))
    values = {**CHU, "identifiant": "chu-labo", "nom": "Laboratoire"}
    assert linked.submit("logiciel", **values, source="chu-hl7", cle=public).status_code == 303
    for path in ("/admin/cles", "/admin/cles/chu-labo"):
        assert "jamais encore" in linked.get(path).text
    now = pass_time(here.store)
    url = f"{linked.base_url}/oauth/token"
    form = {
        "grant_type": "client_credentials",
        "scope": "system/Patient.rs",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": make_assertion(key, "chu-labo", url, now // 1_000_000, "1"),
    }
    assert app.test_client().post("/oauth/token", data=form).status_code == 200
    periods = {period.kid: period.used for period in list_keys(here.store)}
    assert periods == {"k1": None, "k9": now}
    assert "jamais encore" not in linked.get("/admin/cles/chu-labo").text
    assert linked.get("/admin/partenaires").text.count("jamais encore") == 1
