"""The kit in a browser: accessible in every look, by the keyboard, with a script and without.

In a run of the whole suite each page is judged in two looks that differ in width, scheme and language, other ones from page to
page and from run to run (`tests/pages/chosen_looks.py`). `make a11y` takes them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from tests.pages.chosen_looks import choose_looks
from tests.pages.sites import GALLERY
from tests.pages.sites import Page as ListedPage
from tests.pages.visits import LOOKS, SCHEMES, Look, enter, judge, visiting

pytestmark = pytest.mark.xdist_group("browser")

WIDE = Look(1280, "light", "fr")
PHONE = Look(390, "light", "fr")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with GALLERY.serve() as served:
        yield served


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, GALLERY, address, "", WIDE) as page:
        yield page


@pytest.fixture(scope="module")
def open_tab(browser: Browser, address: str) -> Iterator[Callable[[Look], Page]]:
    """A tab in a browser of the given look, one browser a look, so that static files are fetched once."""
    with ExitStack() as stack:

        @cache
        def get_context(look: Look) -> BrowserContext:
            return stack.enter_context(enter(browser, GALLERY, address, "", look))

        yield lambda look: get_context(look).new_page()


@pytest.mark.parametrize(
    ("page", "look"),
    [(page, look) for number, page in enumerate(GALLERY.pages) for look in choose_looks(number)[:1]],
    ids=lambda value: value.name,
)
def test_a_page_has_no_fault(open_tab: Callable[[Look], Page], address: str, page: ListedPage, look: Look) -> None:
    tab = open_tab(look)
    assert judge(tab, address, page) == []
    tab.close()


def test_all_looks_are_taken() -> None:
    assert {look for number in range(len(GALLERY.pages)) for look in choose_looks(number)[:1]} == set(LOOKS)


@pytest.mark.parametrize("path", ["/galerie/file", "/galerie/saisie", "/galerie/connexion"])
def test_whoever_tabs_sees_where_and_nothing_covers_it(tab: Page, address: str, path: str) -> None:
    """WCAG 2.4.3, 2.4.7, 2.4.11: every stop has a ring and is in sight."""
    tab.goto(f"{address}{path}")
    tab.evaluate("document.activeElement.blur()")
    seen = set()
    for _ in range(60):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(
            """() => { const node = document.activeElement; if (node === document.body) return null;
            const box = node.getBoundingClientRect(), style = getComputedStyle(node);
            const owner = node.closest(".segments label, .form-check") || node, outline = style.outlineStyle !== "none";
            const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
            return {html: node.outerHTML.slice(0, 120), ring: outline && parseFloat(style.outlineWidth) >= 2,
                    covered: !(at && (node.contains(at) || at.contains(node) || owner.contains(at)))}; }"""
        )
        if stop is None:
            break
        assert stop["ring"], stop
        assert not stop["covered"], stop
        seen.add(stop["html"])
    assert len(seen) > 8


def test_the_skip_link_leads_to_the_content(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/file")
    tab.keyboard.press("Tab")
    expect(tab.locator(":focus")).to_have_text("Aller au contenu")
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_focused()


def test_letters_go_through_the_rows_and_open_nothing_else(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/file")
    tab.keyboard.press("j")
    expect(tab.locator(":focus")).to_contain_text("IMAGINAIRE")
    tab.keyboard.press("j")
    expect(tab.locator(":focus")).to_contain_text("INVENTÉE")
    tab.keyboard.press("k")
    expect(tab.locator(":focus")).to_contain_text("IMAGINAIRE")
    tab.keyboard.press("r")
    expect(tab.locator("#q")).to_be_focused()
    tab.keyboard.type("jnr?")
    expect(tab.locator("#q")).to_have_value("jnr?")


def test_p_takes_the_row_in_hand_alone(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/file")
    taken: list[str] = []
    tab.expose_function("taken", lambda words: taken.append(words))  # noqa: PLW0108 - Playwright marks the function
    tab.evaluate(
        "document.addEventListener('submit', event => { event.preventDefault(); window.taken(event.submitter.textContent); })"
    )
    tab.keyboard.press("p")
    assert taken == []
    tab.keyboard.press("j")
    tab.keyboard.press("p")
    tab.wait_for_timeout(50)
    assert [words for words in taken if "IMAGINAIRE" in words] == taken != []


def test_letters_sleep_for_those_who_switched_them_off(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/file?sans-lettres")
    tab.keyboard.press("r")
    tab.keyboard.press("j")
    expect(tab.locator("body")).to_be_focused()
    expect(tab.get_by_text("Raccourcis clavier")).to_have_count(0)


def test_ctrl_enter_sends_the_form_by_its_first_gesture(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/saisie")
    sent: list[str] = []
    tab.route(
        "**/demandes/nouvelle", lambda route: (sent.append(route.request.post_data or ""), route.fulfill(body="ok"))[1]
    )
    tab.locator("#motif").focus()
    tab.keyboard.press("Control+Enter")
    tab.wait_for_url("**/demandes/nouvelle")
    assert len(sent) == 1
    assert "csrf=jeton-de-la-galerie" in sent[0]
    assert "suite=" in sent[0]


def test_enter_in_a_field_saves_and_attaches_nobody(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/saisie")
    sent: list[str] = []
    tab.route(
        "**/demandes/nouvelle", lambda route: (sent.append(route.request.post_data or ""), route.fulfill(body="ok"))[1]
    )
    tab.locator("#nom").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/demandes/nouvelle")
    assert "suite=" in sent[0]
    assert "candidate" not in sent[0]


def test_escape_closes_one_layer(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/action")
    fold = tab.locator("#demander")
    expect(fold).to_have_attribute("open", "")
    tab.locator("#question").focus()
    tab.keyboard.press("Escape")
    expect(fold).not_to_have_attribute("open", "")
    expect(fold.locator("summary")).to_be_focused()


def test_alt_and_a_number_open_a_candidate(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/saisie")
    tab.evaluate("document.querySelectorAll('[data-candidate]')[1].href = '#deja-connu'")
    tab.keyboard.press("Alt+2")
    expect(tab).to_have_url(re.compile("#deja-connu$"))


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/actions")
    expect(tab.locator(".erreurs")).to_be_focused()
    tab.locator(".erreurs a").click()
    expect(tab.locator("#quand")).to_be_focused()


def test_a_draft_saves_itself_and_says_so(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/saisie")
    with tab.expect_request("**/brouillon") as request:
        tab.locator("#prenom").fill("Basile-Marie")
    body = request.value.post_data or ""
    assert "prenom=Basile-Marie" in body
    assert "csrf=jeton-de-la-galerie" in body
    assert "piece" not in body
    expect(tab.locator("[data-autosave-line]")).to_have_text("Brouillon enregistré à 10 h 43")
    expect(tab.locator("input[name=version]")).to_have_value("2")


def test_a_draft_that_cannot_be_saved_is_said_and_leaving_is_asked(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/saisie")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    tab.on("dialog", answer)
    # A browser asks only somebody who touched the page.
    tab.locator("#motif").click(click_count=3)
    tab.keyboard.type("panne")
    expect(tab.locator("[data-autosave-line]")).to_have_text(re.compile("Pas enregistré"))
    expect(tab.locator("[data-autosave-line]")).to_have_class(re.compile("brouillon--perdu"))
    with tab.expect_event("dialog"):
        tab.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_the_end_of_a_session_is_said_before_and_can_be_put_off(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/file?duree=121")
    warning = tab.locator("dialog[data-session]")
    expect(warning).to_be_hidden()
    expect(warning).to_be_visible(timeout=5000)
    expect(warning).to_contain_text("2 minutes")
    with tab.expect_request("**/session") as request:
        warning.get_by_role("button", name="Je suis là, rester").click()
    assert request.value.headers["accept"] == "application/json"
    expect(tab.locator("input[name=csrf][value=jeton-neuf]").first).to_be_attached()
    expect(warning).to_be_hidden()


def test_a_session_that_cannot_be_put_off_by_script_is_by_its_form(tab: Page, address: str) -> None:
    def refuse(route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(body="<title>Se connecter</title>", content_type="text/html")
        else:
            route.abort()

    tab.route("**/session", refuse)
    tab.goto(f"{address}/galerie/file?duree=120")
    tab.locator("dialog[data-session]").get_by_role("button", name="Je suis là, rester").click()
    expect(tab).to_have_title("Se connecter")


def test_dark_is_by_the_device_or_by_choice(browser: Browser, address: str) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    seen = {}
    for scheme in SCHEMES:
        with visiting(browser, GALLERY, address, "", Look(1280, scheme, "fr")) as tab:
            for choice in ("", "light", "dark"):
                tab.goto(f"{address}/galerie/connexion?teintes={choice}")
                seen[scheme, choice] = tab.evaluate(paper)
    light, dark = seen["light", ""], seen["dark", ""]
    assert light != dark
    assert seen["dark", "light"] == seen["light", "light"] == light
    assert seen["light", "dark"] == seen["dark", "dark"] == dark


def test_on_paper_nothing_is_left_to_click_and_colours_are_those_of_paper(tab: Page, address: str) -> None:
    tab.goto(f"{address}/galerie/dossier?teintes=dark")
    tab.emulate_media(media="print")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.locator("form, .btn, .menu, .pied, .passer").locator("visible=true").count() == 0
    expect(tab.locator(".voix").first).to_be_visible()
    expect(tab.locator(".imprime")).to_contain_text("Imprimé par Camille Trame, DAC de Valombre.")


@pytest.mark.parametrize("path", ["/galerie/mon-espace", "/galerie/tournee"])
def test_targets_of_those_who_touch_are_large(browser: Browser, address: str, path: str) -> None:
    """44 px for the gestures of her page and of the round."""
    with visiting(browser, GALLERY, address, "", PHONE) as tab:
        tab.goto(f"{address}{path}")
        heights = tab.eval_on_selector_all(
            "main .carte .btn, .tournee .btn", "nodes => nodes.map(node => node.getBoundingClientRect().height)"
        )
        assert heights
        assert min(heights) >= 44


def test_without_a_script_everything_is_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 844})
    try:
        tab = context.new_page()
        sent: list[str] = []
        tab.route(
            "**/demandes/nouvelle",
            lambda route: (sent.append(route.request.post_data or ""), route.fulfill(body="ok"))[1],
        )
        tab.goto(f"{address}/galerie/saisie")
        expect(tab.locator(".erreurs")).to_be_visible()
        tab.get_by_role("button", name="Enregistrer et trier").click()
        assert "csrf=jeton-de-la-galerie" in sent[0]
        tab.goto(f"{address}/galerie/session")
        expect(tab.locator("dialog[open]").first).to_be_visible()
        expect(tab.locator("[data-print]")).to_have_count(0)
        tab.goto(f"{address}/galerie/papier")
        expect(tab.locator("[data-print]")).to_be_hidden()
    finally:
        context.close()


def test_htmx_runs_under_the_policy_and_keeps_nothing(tab: Page, address: str) -> None:
    """A part is fetched and put in; a fault of the server leaves the page as it is; no storage is written."""
    errors: list[str] = []
    tab.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    tab.route("**/part", lambda route: route.fulfill(body='<p id="part">arrivé</p>', content_type="text/html"))
    tab.route("**/fault", lambda route: route.fulfill(status=503, body="panne", content_type="text/html"))
    tab.goto(f"{address}/galerie/travaux")
    tab.evaluate(
        """() => { const box = document.createElement("div"); box.id = "box";
        box.innerHTML = '<button type="button" id="good" hx-get="/part" hx-target="#box">a</button>'
          + '<button type="button" id="bad" hx-get="/fault" hx-target="#box">b</button>';
        document.querySelector("main").append(box); htmx.process(box); }"""
    )
    tab.locator("#bad").click()
    tab.wait_for_timeout(200)
    expect(tab.locator("#good")).to_be_visible()
    tab.locator("#good").click()
    expect(tab.locator("#part")).to_have_text("arrivé")
    assert tab.evaluate("[localStorage.length, sessionStorage.length, document.cookie.includes('htmx')]") == [
        0,
        0,
        False,
    ]
    assert errors == []
