"""The pages of people in a browser: judged in every width, scheme and language, with passkeys, and without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pages.chosen_looks import choose_looks
from tests.pages.people import PEOPLE, get_agent, make_new_link
from tests.pages.site import Page as ListedPage
from tests.pages.visits import LOOKS, Look, enter, judge

pytestmark = pytest.mark.xdist_group("browser")

WIDE = Look(1280, "light", "fr")
# What Chromium puts in place of a person's finger (WebDriver extension of Web Authentication, §11).
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with PEOPLE.serve() as served:
        yield served


@pytest.fixture(scope="module")
def open_tab(browser: Browser, address: str) -> Iterator[Callable[[str, Look], Page]]:
    with ExitStack() as stack:

        @cache
        def get_context(role: str, look: Look) -> BrowserContext:
            return stack.enter_context(enter(browser, PEOPLE, address, role, look))

        yield lambda role, look: get_context(role, look).new_page()


@pytest.mark.parametrize(
    ("page", "look"),
    [(page, look) for number, page in enumerate(PEOPLE.pages) for look in choose_looks(number)],
    ids=lambda value: value.name,
)
def test_a_page_has_no_fault(open_tab: Callable[[str, Look], Page], address: str, page: ListedPage, look: Look) -> None:
    tab = open_tab(page.role, look)
    assert judge(tab, address, page) == []
    tab.close()


@pytest.mark.parametrize("look", LOOKS[::3], ids=lambda look: look.name)
def test_the_page_of_a_link_has_no_fault(open_tab: Callable[[str, Look], Page], address: str, look: Look) -> None:
    tab = open_tab("", look)
    assert judge(tab, address, ListedPage(make_new_link(address))) == []
    tab.close()


def test_la_1_a_passkey_is_created_by_a_link_and_signs_in(browser: Browser, address: str) -> None:
    with enter(browser, PEOPLE, address, "", WIDE) as context:
        tab = context.new_page()
        tab.goto(f"{address}{make_new_link(address)}")
        devices = context.new_cdp_session(tab)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
        tab.get_by_role("button", name="Créer une clé d'accès").click()
        expect(tab.locator("h1")).to_have_text("Votre accès est ouvert")
        tab.get_by_role("main").get_by_role("link", name="Se connecter").click()
        tab.get_by_role("button", name="Se connecter avec une clé d'accès").click()
        expect(tab.locator("h1")).to_contain_text("Aucune fonction ne vous est encore ouverte")
        tab.goto(f"{address}/compte")
        tab.get_by_role("button", name="Retirer").click()
        expect(tab.locator(".erreurs")).to_contain_text("dernier moyen")


def test_without_a_script_one_signs_in_and_out(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    tab, nadia = context.new_page(), get_agent(address)
    tab.goto(f"{address}/connexion?suite=/compte")
    tab.fill("#identifiant", nadia.login)
    tab.fill("#mot_de_passe", nadia.password)
    tab.fill("#code", nadia.codes[0])
    tab.locator("form[data-forme=connexion] button[name=suite]").click()
    expect(tab.locator("h1")).to_have_text("Mon compte")
    tab.goto(f"{address}/")
    tab.locator("input[value='dac:guichet']").check()
    tab.locator("form[data-forme=contexte] button[name=suite]").click()
    expect(tab.locator("h1")).to_have_text("Demandes")
    tab.get_by_role("button", name="Se déconnecter").click()
    expect(tab.locator("h1")).to_have_text("Se connecter")
    context.close()


def test_what_was_typed_outlasts_the_session(browser: Browser, address: str) -> None:
    with enter(browser, PEOPLE, address, "guichet", WIDE) as context:
        tab = context.new_page()
        tab.goto(f"{address}/compte")
        tab.get_by_text("Changer de mot de passe").click()
        tab.fill("#mot_de_passe", "trois chats verts")
        cookies = context.cookies()
        context.clear_cookies()
        tab.locator("dialog[data-session]").evaluate("node => node.showModal()")
        tab.get_by_role("button", name="Je suis là, rester").click()
        expect(tab.get_by_text("Votre session est fermée")).to_be_visible()
        context.add_cookies(cookies)  # type: ignore[arg-type]
        tab.get_by_role("button", name="Je suis là, rester").click()
        expect(tab.locator("dialog[data-session]")).to_be_hidden()
        expect(tab.locator("#mot_de_passe")).to_have_value("trois chats verts")
