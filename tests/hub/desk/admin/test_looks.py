"""The pages of administrators in a browser: axe, width, language, colours; and the states that only a form brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.pages.administration import ADMINISTRATION, end_session
from tests.pages.chosen_looks import choose_looks
from tests.pages.site import Page
from tests.pages.visits import Look, enter, judge, run_axe

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ADMINISTRATION.serve() as served:
        yield served


@pytest.fixture(scope="module")
def open_tab(browser: Browser, address: str) -> Iterator[Callable[[Look], Tab]]:
    """A tab in a browser of the given look."""
    with ExitStack() as stack:

        @cache
        def get_context(look: Look) -> BrowserContext:
            return stack.enter_context(enter(browser, ADMINISTRATION, address, "admin_sys", look))

        yield lambda look: get_context(look).new_page()


@pytest.mark.parametrize(
    ("page", "look"),
    [(page, look) for number, page in enumerate(ADMINISTRATION.pages) for look in choose_looks(number)],
    ids=lambda value: value.name,
)
def test_a_page_has_no_fault(open_tab: Callable[[Look], Tab], address: str, page: Page, look: Look) -> None:
    tab = open_tab(look)
    assert judge(tab, address, page) == []
    tab.close()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("partenaires/nouveau", "logiciel"),
        ("partenaires/structure", "structure"),
        ("cles/chu-dpi", "cle"),
        ("sources/chu-hl7", "essai"),
        ("comptes/nouveau", "invitation"),
        ("comptes/nadia/depart", "depart"),
    ],
)
def test_a_form_that_is_refused_has_no_fault_and_the_summary_has_the_focus(
    open_tab: Callable[[Look], Tab], address: str, path: str, form: str
) -> None:
    tab = open_tab(Look(390, "light", "fr"))
    tab.goto(f"{address}/admin/{path}")
    tab.locator(f"form[data-forme={form}] button[name=suite]").first.click()
    tab.wait_for_selector(".erreurs")
    assert [violation["id"] for violation in run_axe(tab)] == []
    assert tab.evaluate("document.activeElement.className") == "erreurs"
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.close()


@pytest.mark.parametrize("look", [Look(1280, "light", "fr"), Look(390, "dark", "en")], ids=lambda look: look.name)
def test_se_1_without_a_script_what_was_typed_comes_back_and_the_page_has_no_fault(
    browser: Browser, address: str, look: Look
) -> None:
    path = f"{address}/admin/comptes/nouveau"
    with browser.new_context(java_script_enabled=False) as context:
        ADMINISTRATION.enter(context, address, "admin_sys", look.language)
        tab = context.new_page()
        tab.goto(path)
        tab.fill("#nom", "Neuve « Fictive »")
        tab.select_option("#role", "guichet")
        [token] = [cookie["value"] for cookie in context.cookies() if cookie["name"] == "sid"]
        end_session(address, token)
        tab.click("form[data-forme=invitation] button[name=suite]")
        assert "brouillon=garde" in tab.url
        cookies = context.cookies()
    with enter(browser, ADMINISTRATION, address, "admin_sys", look) as context:
        context.add_cookies([cookie for cookie in cookies if cookie["name"] == "brouillon"])
        tab = context.new_page()
        assert judge(tab, address, Page("/admin/comptes/nouveau", "admin_sys")) == []
        assert (tab.input_value("#nom"), tab.input_value("#role")) == ("Neuve « Fictive »", "guichet")
        tab.click("a[href='#bouton-choisi']")
        assert tab.evaluate("document.querySelector(':target').form.dataset.forme") == "invitation"
