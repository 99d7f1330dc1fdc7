"""A form that comes after its session ended, or its proof aged, keeps what was typed for its author alone (SE-1, LA-8)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select

import hub.desk
from hub.accounts.entry.sessions import revoke_others
from hub.accounts.management.people import offboard
from hub.desk.web.drafts import NEVER_KEPT
from hub.record.accounts.purge import purge_accounts
from hub.record.db.store import Store
from hub.record.tables import form_draft
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import CCAS, DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import OPERATOR, Somebody, enrol, pass_time
from tests.territory import settle_territory

MINUTE = 60_000_000
PAGE = "/admin/comptes/nouveau"
TYPED = {"nom": "Neuve « Fictive »", "identifiant": "neuve@dac.example", "structure": DAC, "role": "guichet"}


@pytest.fixture
def elise(store: Store) -> Somebody:
    settle_territory(store)
    return enrol(store, "elise@dac.example", (DAC, "admin_sys"), name="Élise Navette")


@pytest.fixture
def inside(app: Flask, elise: Somebody) -> Browsing:
    browsing = Browsing(app)
    browsing.sign_in(elise)
    return browsing


def send_late(inside: Browsing, store: Store, minutes: int = 21, **values: str) -> str:
    """Send the form of the page when it has stayed open for `minutes`; where that leads."""
    inside.get(PAGE)
    action, fields = inside.read_form("invitation")
    pass_time(store, minutes * MINUTE)
    inside.post(action, {**fields, "suite": "", **TYPED, **values})
    assert inside.page.status_code == 303
    return inside.page.headers["Location"]


def sign_in_again(browsing: Browsing, person: Somebody) -> None:
    """Go on to the sign-in that the last answer leads to, and through it."""
    browsing.get(browsing.page.headers["Location"])
    browsing.submit("connexion", identifiant=person.login, mot_de_passe=person.password, code=person.next_code())
    assert browsing.page.status_code == 303


def read_typed(page: str) -> dict[str, str]:
    """What the fields of the form hold."""
    [form] = html.fromstring(page).xpath("//form[@data-forme='invitation']")
    return {name: value for name, value in form.form_values() if name not in ("csrf", "suite")}


def count_drafts(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(form_draft)) or 0


@pytest.mark.parametrize("minutes", [21, 11 * 60])
def test_se_1_what_was_typed_comes_back_after_the_session_ended(
    inside: Browsing, elise: Somebody, store: Store, minutes: int
) -> None:
    purge_accounts(store)
    assert send_late(inside, store, minutes).endswith("&brouillon=garde")
    purge_accounts(store)
    assert "Votre session s'était fermée" in inside.get(inside.page.headers["Location"]).text.replace("’", "'")
    inside.page = inside.get("/connexion?suite=%2Fadmin%2Fcomptes%2Fnouveau")
    inside.submit("connexion", identifiant=elise.login, mot_de_passe=elise.password, code=elise.next_code())
    assert inside.page.headers["Location"] == PAGE
    page = inside.follow().text
    assert read_typed(page) == TYPED
    assert html.fromstring(page).xpath("//*[@data-motif='Welcome back']")
    [pressed] = html.fromstring(page).xpath("//form[@data-forme='invitation']//button[@id='bouton-choisi']")
    assert pressed.text_content() in page.partition('href="#bouton-choisi"')[2]
    # Nothing was sent meanwhile; now it is, once, and the draft is gone.
    assert "neuve@dac.example" not in inside.get("/admin/comptes").text
    inside.get(PAGE)
    inside.submit("invitation")
    assert (inside.page.status_code, count_drafts(store)) == (303, 0)
    assert "neuve@dac.example" in inside.get("/admin/comptes").text


def test_la_8_what_was_typed_comes_back_after_a_new_proof(inside: Browsing, elise: Somebody, store: Store) -> None:
    assert send_late(inside, store, 6) == "/compte/preuve?suite=%2Fadmin%2Fcomptes%2Fnouveau"
    inside.follow()
    inside.submit("preuve", mot_de_passe=elise.password, code=elise.next_code())
    assert read_typed(inside.follow().text) == TYPED


def test_a_form_of_a_former_session_of_the_same_account_is_kept(
    inside: Browsing, elise: Somebody, store: Store
) -> None:
    inside.get(PAGE)
    action, fields = inside.read_form("invitation")
    pass_time(store, 21 * MINUTE)
    # She signs in again in another tab, then sends the form of the first.
    inside.sign_in(elise)
    inside.at = PAGE
    inside.post(action, fields | TYPED)
    assert inside.page.headers["Location"] == PAGE
    assert read_typed(inside.follow().text) == TYPED


@leak(kills="a draft is shown to whoever has the browser (SE-1)")
def test_a_second_account_on_the_browser_sees_nothing(inside: Browsing, elise: Somebody, store: Store) -> None:
    send_late(inside, store)
    other = enrol(store, "autre@dac.example", (DAC, "admin_sys"), name="Autre Fictive")
    sign_in_again(inside, other)
    page = inside.follow().text
    assert set(read_typed(page).values()) == {""}
    assert "Neuve" not in page
    assert "Welcome back" not in page
    own = html.fromstring(page).xpath("//form[@data-forme='deconnexion']")
    assert own
    with store.read() as connection:
        draft_id = connection.scalar(select(form_draft.c.draft_id))
    inside.post("/brouillon", {**inside.read_hidden(), "brouillon": draft_id or ""})
    assert count_drafts(store) == 1
    inside.client.delete_cookie("sid")
    inside.get("/connexion")
    inside.sign_in(elise)
    assert read_typed(inside.get(PAGE).text) == TYPED


def test_another_browser_of_the_same_account_sees_nothing(
    inside: Browsing, elise: Somebody, store: Store, app: Flask
) -> None:
    send_late(inside, store)
    other = Browsing(app)
    other.sign_in(elise)
    assert set(read_typed(other.get(PAGE).text).values()) == {""}
    other.client.set_cookie("brouillon", "chosen-by-somebody-else")
    assert set(read_typed(other.get(PAGE).text).values()) == {""}


def test_another_context_of_the_same_account_sees_nothing(app: Flask, elise: Somebody, store: Store) -> None:
    both = enrol(store, "both@dac.example", (DAC, "admin_sys"), (CCAS, "admin_sys"), name="Deux Fictive")
    inside = Browsing(app)
    inside.sign_in(both, "dac:admin_sys")
    send_late(inside, store)
    inside.client.delete_cookie("sid")
    inside.sign_in(both, "ccas:admin_sys")
    assert set(read_typed(inside.get(PAGE).text).values()) == {""}
    inside.get("/contexte")
    inside.submit("contexte", contexte="dac:admin_sys")
    assert read_typed(inside.get(PAGE).text) == TYPED


@leak(kills="a forged form is kept as a draft (SE-3)")
@pytest.mark.parametrize(
    ("headers", "values"),
    [({"Origin": "https://evil.example"}, {}), ({"Origin": None}, {}), ({}, {"csrf": "forged"}), ({}, {"csrf": ""})],
)
def test_se_3_a_forged_form_is_not_kept(
    inside: Browsing, store: Store, headers: dict[str, str | None], values: dict[str, str]
) -> None:
    inside.get(PAGE)
    action, fields = inside.read_form("invitation")
    pass_time(store, 21 * MINUTE)
    inside.post(action, {**fields, **TYPED, **values}, headers=headers)
    assert (inside.page.status_code, count_drafts(store), inside.get_cookie("brouillon")) == (303, 0, "")


def test_se_3_w03_the_token_of_another_account_keeps_nothing(inside: Browsing, store: Store, app: Flask) -> None:
    other = Browsing(app)
    other.sign_in(enrol(store, "autre@dac.example", (DAC, "admin_sys")))
    other.get(PAGE)
    stolen = other.read_hidden()
    inside.get(PAGE)
    assert inside.post(PAGE, TYPED | stolen).status_code == 403
    assert count_drafts(store) == 0


def test_no_secret_is_kept_and_nothing_is_readable(inside: Browsing, elise: Somebody, store: Store) -> None:
    secrets = dict.fromkeys(NEVER_KEPT - {"csrf"}, "tulipe-secrete")
    send_late(inside, store, **secrets)
    with store.read() as connection:
        [row] = connection.execute(select(form_draft)).all()
    assert not any(word in bytes(row.sealed) for word in (b"Neuve", b"comptes", b"tulipe"))
    assert inside.get_cookie("brouillon").encode() not in bytes(row.browser)
    inside.sign_in(elise)
    page = inside.get(PAGE).text
    assert read_typed(page) == TYPED
    assert "tulipe" not in page


def test_a_form_of_ones_own_account_is_not_kept(inside: Browsing, store: Store) -> None:
    inside.get("/compte")
    action, fields = inside.read_form("mot-de-passe")
    pass_time(store, 21 * MINUTE)
    inside.post(action, fields | {"mot_de_passe": "trois chats verts", "nom": "x"})
    assert (inside.page.headers["Location"], count_drafts(store)) == ("/connexion?suite=%2Fcompte", 0)


def test_every_field_of_a_secret_is_never_kept() -> None:
    """Each field that a template shows as a password, a code or an answer of a key is in the list."""
    templates = Path(hub.desk.__file__).parent / "templates"
    pattern = re.compile(r"kit\.(?:password|one_time_code)\(\s*\"(\w+)\"")
    names = {name for path in templates.rglob("*.html") for name in pattern.findall(path.read_text("utf-8"))}
    assert names
    assert names <= NEVER_KEPT


def test_drafts_are_bounded(inside: Browsing, elise: Somebody, store: Store) -> None:
    for number in range(7):
        send_late(inside, store, nom=f"Neuve {number}")
        inside.client.delete_cookie("sid")
        inside.sign_in(elise)
    assert count_drafts(store) == 5
    assert read_typed(inside.get(PAGE).text)["nom"] == "Neuve 6"
    assert send_late(inside, store, nom="x" * 70_000).endswith("&brouillon=trop-long")
    assert "trop long" in inside.get(inside.page.headers["Location"]).text
    many = {f"champ{number}": "x" for number in range(201)}
    inside.sign_in(elise)
    assert send_late(inside, store, **many).endswith("&brouillon=trop-long")
    assert count_drafts(store) == 5


def test_a_draft_expires_and_is_purged(inside: Browsing, elise: Somebody, store: Store) -> None:
    send_late(inside, store)
    pass_time(store, 12 * 60 * MINUTE)
    inside.sign_in(elise)
    assert set(read_typed(inside.get(PAGE).text).values()) == {""}
    assert count_drafts(store) == 1
    purge_accounts(store)
    assert count_drafts(store) == 0


def test_a_draft_can_be_thrown_away(inside: Browsing, elise: Somebody, store: Store) -> None:
    send_late(inside, store)
    sign_in_again(inside, elise)
    inside.follow()
    inside.submit("brouillon")
    assert (inside.page.headers["Location"], count_drafts(store)) == (PAGE, 0)
    assert set(read_typed(inside.follow().text).values()) == {""}


def test_signing_out_ends_a_draft(inside: Browsing, elise: Somebody, store: Store) -> None:
    send_late(inside, store)
    sign_in_again(inside, elise)
    inside.follow()
    inside.submit("deconnexion")
    assert count_drafts(store) == 0


def test_w10_a_leaver_and_a_revocation_end_drafts(inside: Browsing, elise: Somebody, store: Store, app: Flask) -> None:
    enrol(store, "second@dac.example", (DAC, "admin_sys"))
    send_late(inside, store)
    other = Browsing(app)
    other.sign_in(elise)
    elise.sign_in()
    revoke_others(store, elise.session)
    assert count_drafts(store) == 0
    inside.sign_in(elise)
    send_late(inside, store)
    assert count_drafts(store) == 1
    offboard(store, OPERATOR, elise.account_id)
    assert count_drafts(store) == 0


def test_where_the_page_has_changed_what_was_typed_is_shown_to_be_copied(
    inside: Browsing, elise: Somebody, store: Store
) -> None:
    leaving = enrol(store, "part@dac.example", (DAC, "guichet"), name="Part Fictive")
    inside.get(f"/admin/comptes/{leaving.account_id}")
    action, fields = inside.read_form("lien")
    pass_time(store, 21 * MINUTE)
    inside.post(action, {**fields, "motif": "Son téléphone est tombé à l'eau <b>"})
    offboard(store, OPERATOR, leaving.account_id)
    sign_in_again(inside, elise)
    page = html.fromstring(inside.follow().text)
    assert "tombé à l'eau <b>" in page.xpath("string(//section[@aria-labelledby='brouillon-titre']//dd)")
    assert not page.xpath("//form[@data-forme='lien']")
