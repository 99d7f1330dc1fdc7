"""The pages of administrators in a browser: axe, width, language, colours; and the states that only a form brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.pages.administration import ADMINISTRATION
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
