"""`/admin/comptes`: invitation by a one-time link, roles, a lost factor, and a leaver by one act."""

from __future__ import annotations

import pytest
from flask import Flask

from hub.accounts.management.enrolment import view_link
from hub.accounts.management.overview import view_account
from hub.accounts.management.people import find_account
from hub.record.accounts.events import list_events
from hub.record.accounts.people import Account
from tests.hub.desk.admin.conftest import DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import Somebody, enrol, pass_time, set_up
from tests.territory import PERSON, Territory

NADIA = {"identifiant": "nadia@dac.example", "nom": "Nadia Lisière", "structure": DAC, "role": "guichet"}
FIVE_MINUTES = 5 * 60_000_000 + 1


def read_link(page: str) -> str:
    """The last part of the link that a page shows, "" without one."""
    return page.partition("/enrolement/")[2].partition("<")[0]


def get_account(here: Territory, login: str = NADIA["identifiant"]) -> Account:
    account = find_account(here.store, login)
    assert account is not None
    return account


def list_roles(here: Territory, account_id: str) -> list[tuple[str, bool]]:
    """(role, whether it waits) of the present assignments."""
    view = view_account(here.store, account_id)
    return sorted((given.role, given.confirmed is None) for given in view.assignments)


@pytest.fixture
def invited(admin: Browsing) -> str:
    """The link that the administrator hands over."""
    admin.get("/admin/comptes/nouveau")
    assert admin.submit("invitation", **NADIA).status_code == 303
    return read_link(admin.follow().text)


def test_an_invitation_shows_its_link_once_and_whoever_has_it_sets_up_the_account(
    admin: Browsing, here: Territory, invited: str
) -> None:
    assert invited
    assert read_link(admin.get(admin.at).text) == ""
    view = view_link(here.store, invited, "Maillage")
    assert view is not None
    nadia = set_up(here.store, get_account(here).account_id, view.login, invited)
    assert nadia.sign_in().role == "guichet"
    assert "Nadia Lisière" in admin.get("/admin/comptes").text


def test_the_form_sent_twice_opens_one_account_and_the_link_stays_good(
    admin: Browsing, here: Territory, invited: str
) -> None:
    admin.get("/admin/comptes/nouveau")
    assert admin.submit("invitation", **NADIA).status_code == 303
    assert view_link(here.store, invited, "Maillage") is not None
    admin.get("/admin/comptes/nouveau")
    page = admin.submit("invitation", **{**NADIA, "nom": "Une autre"})
    assert (page.status_code, 'href="#identifiant"' in page.text) == (422, True)
    assert list_roles(here, get_account(here).account_id) == [("guichet", False)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"identifiant": "a b"}, "identifiant"),
        ({"nom": ""}, "nom"),
        ({"structure": ""}, "structure"),
        ({"structure": "Organization/nowhere"}, "structure"),
        ({"structure": PERSON, "role": "personne"}, "structure"),
        ({"role": "notaire"}, "role"),
        ({"role": "repr_legal"}, "role"),
    ],
)
def test_a_wrong_invitation_keeps_what_was_typed_and_opens_nothing(
    admin: Browsing, here: Territory, wrong: dict[str, str], field: str
) -> None:
    admin.get("/admin/comptes/nouveau")
    page = admin.submit("invitation", **{**NADIA, **wrong})
    assert (page.status_code, f'href="#{field}"' in page.text) == (422, True)
    assert admin.read_form("invitation")[1].get("identifiant", "") == wrong.get("identifiant", NADIA["identifiant"])
    assert find_account(here.store, NADIA["identifiant"]) is None


def test_roles_are_given_and_ended(admin: Browsing, here: Territory, invited: str) -> None:
    page = f"/admin/comptes/{get_account(here).account_id}"
    admin.get(page)
    assert admin.submit("fonction", structure=DAC, role="pilote").status_code == 303
    admin.get(page)
    # Sent twice: it is given already.
    assert admin.submit("fonction", structure=DAC, role="pilote").status_code == 303
    assert list_roles(here, get_account(here).account_id) == [("guichet", False), ("pilote", False)]
    admin.get(page)
    hidden = admin.read_hidden()
    for _ in range(2):
        assert admin.post(f"{page}/retrait", {**hidden, "fonction": "dac:pilote"}).status_code == 303
    assert list_roles(here, get_account(here).account_id) == [("guichet", False)]
    admin.get(page)
    assert admin.submit("fonction", structure=DAC, role="m2m_orienteur").status_code == 422


def test_lg_1_a_role_of_weight_waits_for_a_second_administrator(
    admin: Browsing, app: Flask, here: Territory, invited: str
) -> None:
    account = get_account(here).account_id
    page = f"/admin/comptes/{account}"
    admin.get(page)
    admin.submit("fonction", structure=DAC, role="admin_sys")
    assert list_roles(here, account) == [("admin_sys", True), ("guichet", False)]
    assert "à confirmer" in admin.get(page).text
    assert admin.submit("confirmation").status_code == 422
    second = Browsing(app)
    second.sign_in(enrol(here.store, "odile@dac.example", (DAC, "admin_sys"), name="Odile Second"))
    second.get(page)
    assert second.submit("confirmation").status_code == 303
    assert list_roles(here, account) == [("admin_sys", False), ("guichet", False)]


def test_la_7_a_lost_factor_is_reset_by_a_named_colleague_with_a_reason(
    admin: Browsing, here: Territory, elise: Somebody
) -> None:
    nadia = enrol(here.store, "nadia@dac.example", (DAC, "guichet"), name="Nadia Lisière")
    page = f"/admin/comptes/{nadia.account_id}"
    admin.get(page)
    answer = admin.submit("lien", motif="")
    assert (answer.status_code, 'href="#motif"' in answer.text) == (422, True)
    admin.get(page)
    admin.submit("lien", motif="Téléphone tombé à l'eau, reconnue au guichet")
    text = admin.follow().text
    assert read_link(text)
    assert "Téléphone tombé à l&#39;eau, reconnue au guichet" in text
    assert "par Élise Navette" in text.replace("\xa0", " ")
    with here.store.read() as connection:
        event = list_events(connection, nadia.account_id)[0]
    assert (event.act, event.agent.name) == ("link-made", elise.account_id)


def test_a_leaver_is_one_act_with_a_reason(admin: Browsing, here: Territory) -> None:
    nadia = enrol(here.store, "nadia@dac.example", (DAC, "guichet"), (DAC, "pilote"), name="Nadia Lisière")
    nadia.sign_in("dac:guichet")
    page = f"/admin/comptes/{nadia.account_id}"
    admin.get(f"{page}/depart")
    assert admin.submit("depart").status_code == 422
    admin.get(f"{page}/depart")
    action, fields = admin.read_form("depart")
    assert admin.post(action, {**fields, "motif_depart": "Départ"}).status_code == 303
    # Sent twice: it is closed already.
    assert admin.post(action, {**fields, "motif_depart": "Départ"}).status_code == 303
    assert list_roles(here, nadia.account_id) == []
    with pytest.raises(AssertionError):
        _ = nadia.session
    assert "Fermé" in admin.get("/admin/comptes").text
    assert "Compte fermé, Départ" in admin.get(page).text.replace("\xa0", " ")


def test_an_account_that_changed_meanwhile_is_not_closed(admin: Browsing, here: Territory) -> None:
    nadia = enrol(here.store, "nadia@dac.example", (DAC, "guichet"))
    page = f"/admin/comptes/{nadia.account_id}"
    admin.get(f"{page}/depart")
    action, fields = admin.read_form("depart")
    admin.get(page)
    admin.submit("fonction", structure=DAC, role="pilote")
    answer = admin.post(action, {**fields, "motif_depart": "Départ"})
    assert (answer.status_code, "Départ</textarea>" in answer.text) == (409, True)
    assert len(list_roles(here, nadia.account_id)) == 2


def test_never_without_a_last_administrator(admin: Browsing, here: Territory, elise: Somebody) -> None:
    page = f"/admin/comptes/{elise.account_id}"
    assert "la dernière personne qui administre" in admin.get(page).text
    hidden = admin.read_hidden()
    assert admin.post(f"{page}/retrait", {**hidden, "fonction": "dac:admin_sys"}).status_code == 422
    admin.get(f"{page}/depart")
    assert admin.submit("depart", motif_depart="Je pars").status_code == 422
    assert list_roles(here, elise.account_id) == [("admin_sys", False)]


def test_la_8_a_dangerous_act_wants_a_fresh_proof(admin: Browsing, here: Territory, elise: Somebody) -> None:
    page = f"/admin/comptes/{elise.account_id}"
    hidden = admin.get(page) and admin.read_hidden()
    pass_time(here.store, FIVE_MINUTES)
    for path in (page, "/admin/comptes/nouveau", f"{page}/depart"):
        assert "/compte/preuve?suite=" in admin.get(path).text
    for path in ("/admin/comptes/nouveau", *(f"{page}/{act}" for act in ("fonctions", "retrait", "lien", "depart"))):
        answer = admin.post(path, {**hidden, **NADIA, "motif": "x", "motif_depart": "x", "fonction": "dac:admin_sys"})
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/compte/preuve")
    assert find_account(here.store, NADIA["identifiant"]) is None


def test_an_administrator_of_another_organisation_manages_its_own_alone(app: Flask, here: Territory) -> None:
    chu, dac = "Organization/chu", enrol(here.store, "nadia@dac.example", (DAC, "guichet"))
    enrol(here.store, "own@chu.example", (chu, "hosp_clinicien"), name="Odon Bitume")
    other = Browsing(app)
    other.sign_in(enrol(here.store, "admin@chu.example", (chu, "admin_sys"), name="Une Autre"))
    text = other.get("/admin/comptes").text
    assert "Odon Bitume" in text
    assert "nadia@dac.example" not in text
    assert other.get(f"/admin/comptes/{dac.account_id}").status_code == 404
    assert other.get("/admin/partenaires/structure").status_code == 404
    other.get("/admin/comptes/nouveau")
    assert other.submit("invitation", **{**NADIA, "identifiant": "new@dac.example"}).status_code == 422
    assert find_account(here.store, "new@dac.example") is None
