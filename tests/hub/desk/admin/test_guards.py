"""Who finds the pages of administrators, and that they say nothing of who is followed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from hub.accounts.management.people import find_account, give_role
from hub.desk.admin.routes import ADMINISTRATION
from hub.domain.roles import load_roles
from tests.contracts.cases import leak
from tests.hub.desk.admin.conftest import DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import OPERATOR, Somebody, enrol, set_up
from tests.territory import PERSON, Territory, condition, task

# What differs from one answer to the next, whatever the record holds.
_NONCE = re.compile(r"[0-9a-f]{32}")
_VALUES = {"client": "x", "role": "ssiad", "name": "chu-hl7", "account": "x"}


def list_paths(method: str) -> list[str]:
    return [
        re.sub("<([a-z]+)>", lambda part: _VALUES[part[1]], route.path)
        for route in ADMINISTRATION
        if route.method == method
    ]


def test_every_page_is_for_the_one_role() -> None:
    assert {route.roles for route in ADMINISTRATION} == {frozenset({"admin_sys"})}


@leak(151, kills="every role finds the pages of administrators (L151)")
@pytest.mark.parametrize("role", ["guichet", "gestionnaire", "pilote", "dpo_auditeur"])
def test_L151_for_another_role_no_such_address_exists(app: Flask, here: Territory, role: str) -> None:
    other = Browsing(app)
    other.sign_in(enrol(here.store, "other@dac.example", (DAC, role)))
    absent = _NONCE.sub("", other.get("/admin/nothing").text)
    for path in list_paths("GET"):
        page = other.get(path)
        assert (page.status_code, _NONCE.sub("", page.text)) == (404, absent), path
    absent = _NONCE.sub("", other.post("/admin/nothing", other.read_hidden()).text)
    for path in list_paths("POST"):
        page = other.post(path, other.read_hidden())
        assert (page.status_code, _NONCE.sub("", page.text)) == (404, absent), path
    assert "/admin/" not in other.get("/accueil").text


def test_without_a_session_every_page_leads_to_the_sign_in(app: Flask, here: Territory) -> None:
    visitor = Browsing(app)
    for path in list_paths("GET"):
        assert visitor.get(path).headers["Location"].startswith("/connexion?suite="), path


def test_se_3_a_form_without_its_token_changes_nothing(admin: Browsing) -> None:
    for path in list_paths("POST"):
        assert admin.post(path, {}).status_code == 403, path


def test_who_signs_in_as_administrator_comes_to_the_partners(admin: Browsing) -> None:
    admin.get("/")
    assert admin.page.headers["Location"] == "/admin/partenaires"
    text = admin.follow().text
    for route in ADMINISTRATION:
        if route.menu:
            assert f'href="{route.path}"' in text


@pytest.fixture
def read_all(admin: Browsing, here: Territory, elise: Somebody) -> Callable[[], dict[str, str]]:
    """Every page of administrators, by its address."""
    paths = [path for path in list_paths("GET") if "/x" not in path]
    paths += [f"/admin/droits/roles/{role}" for role in load_roles()]
    colleague = enrol(here.store, "nadia@dac.example", (DAC, "guichet"), name="Nadia Lisière")
    paths += [f"/admin/comptes/{account}" for account in (elise.account_id, colleague.account_id)]
    return lambda: {path: _NONCE.sub("", admin.get(path).text) for path in paths}


@leak(151, kills="administrators see the accounts of persons (L151)")
def test_L151_the_accounts_of_persons_change_no_byte(
    admin: Browsing, here: Territory, read_all: Callable[[], dict[str, str]]
) -> None:
    here.write({"resourceType": "Organization", "id": "assoc", "active": True, "name": "Association tutélaire"})
    before = read_all()
    jeanne = enrol(here.store, "jeanne@example.org", (PERSON, "personne"), name="Jeanne Fictive")
    enrol(here.store, "fille@example.org", ("RelatedPerson/fille", "aidant"), name="Fille Fictive")
    enrol(here.store, "tutelle@example.org", ("Organization/assoc", "repr_legal"), name="Tutelle Fictive")
    colleague = find_account(here.store, "nadia@dac.example")
    assert colleague is not None
    # A colleague is also the relative of somebody who is followed.
    give_role(here.store, OPERATOR, colleague.account_id, "RelatedPerson/ami", "aidant")
    assert read_all() == before
    assert admin.get(f"/admin/comptes/{jeanne.account_id}").status_code == 404


@leak(151, kills="a login is one for persons and colleagues alike (L151)")
@pytest.mark.parametrize(
    ("party", "role"),
    [(PERSON, "personne"), ("RelatedPerson/fille", "aidant"), ("Organization/assoc", "repr_legal"), ("", "")],
)
def test_L151_an_invitation_does_not_tell_that_a_person_has_this_login(
    admin: Browsing, here: Territory, party: str, role: str
) -> None:
    """Invited by the login of a person's account, as by one that nobody has: the same answers, and both sign in."""
    here.write({"resourceType": "Organization", "id": "assoc", "active": True, "name": "Association tutélaire"})
    own = enrol(here.store, "jeanne@example.org", (party, role), name="Jeanne Fictive") if role else None
    admin.get("/admin/comptes/nouveau")
    values = {"nom": "Jeanne Fictive", "identifiant": "Jeanne@example.org", "structure": DAC, "role": "guichet"}
    answer = admin.submit("invitation", **values)
    assert answer.status_code == 303
    invited = answer.headers["Location"].rpartition("/")[2]
    assert own is None or invited != own.account_id
    link = admin.follow().text.partition("/enrolement/")[2].partition("<")[0]
    colleague = set_up(here.store, invited, "jeanne@example.org", link, "quatre chats verts")
    assert colleague.sign_in().role == "guichet"
    if own is not None:
        assert own.sign_in().role == role
        assert admin.get(f"/admin/comptes/{own.account_id}").status_code == 404


@leak(151, kills="administrators see organisations that a message named (L151)")
def test_L151_an_organisation_that_a_message_named_changes_no_byte(
    here: Territory, read_all: Callable[[], dict[str, str]]
) -> None:
    before = read_all()
    here.write({"resourceType": "Organization", "id": "assoc", "active": True, "name": "Association tutélaire"})
    assert read_all() == before


@leak(151, kills="a change of the policy counts who is followed (L151)")
def test_L151_who_is_followed_changes_no_byte(here: Territory, read_all: Callable[[], dict[str, str]]) -> None:
    before = read_all()
    here.join_circle("ssiad", "psy_cmp")
    here.write(condition("c"), task("t", owner="Organization/ssiad"))
    here.consent("permit", "Organization/cmp", "psychiatric")
    assert read_all() == before


def test_a_leaver_keeps_what_she_is_for_her_relative(admin: Browsing, here: Territory) -> None:
    nadia = enrol(here.store, "nadia@dac.example", (DAC, "guichet"), ("RelatedPerson/ami", "aidant"))
    page = f"/admin/comptes/{nadia.account_id}"
    admin.get(f"{page}/depart")
    assert admin.submit("depart", motif_depart="Départ").status_code == 303
    assert "fermé" in admin.get(page).text
    assert nadia.sign_in().role == "aidant"
