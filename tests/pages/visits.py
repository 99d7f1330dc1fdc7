"""Opening pages in every way that is looked at, and what is judged of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.pages.sites import Page, Site

_AXE = Path(__file__).parents[1] / "hub" / "desk" / "vendor" / "axe-core" / "axe.min.js"
# WCAG 2.2 A and AA, and axe's own advice on headings, landmarks and the like.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
LANGUAGES = ("fr", "en")
NARROW = 320


@dataclass(frozen=True)
class Look:
    """One way to look at a page: `width` in px of the screen, colour scheme of the device, language."""

    width: int
    scheme: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}"


LOOKS = tuple(Look(*choice) for choice in product(WIDTHS, SCHEMES, LANGUAGES))


@contextmanager
def enter(browser: Browser, site: Site, address: str, role: str, look: Look) -> Iterator[BrowserContext]:
    """A browser of its own, signed in as `role`, that looks like `look`."""
    context = browser.new_context(
        locale="fr-FR" if look.language == "fr" else "en-GB",
        timezone_id="Europe/Paris",
        color_scheme="dark" if look.scheme == "dark" else "light",
        viewport={"width": look.width, "height": 844},
        has_touch=look.width < 500,
    )
    try:
        site.enter(context, address, role, look.language)
        yield context
    finally:
        context.close()


@contextmanager
def visiting(browser: Browser, site: Site, address: str, role: str, look: Look) -> Iterator[Tab]:
    """One tab of such a browser."""
    with enter(browser, site, address, role, look) as context:
        yield context.new_page()


def judge(tab: Tab, address: str, page: Page) -> list[str]:
    """What is wrong with `page` in `tab`: axe, sideways scrolling also at 320 px, errors of the console, calls elsewhere."""
    faults: list[str] = []
    said = f"Failed to load resource: the server responded with a status of {page.status} "
    tab.on(
        "console",
        lambda line: (
            faults.append(f"console: {line.text}") if line.type == "error" and not line.text.startswith(said) else None
        ),
    )
    tab.on("pageerror", lambda error: faults.append(f"script: {error}"))
    tab.on(
        "request", lambda request: faults.append(f"calls {request.url}") if not _is_ours(request.url, address) else None
    )
    answer = tab.goto(f"{address}{page.path}")
    if answer is None or answer.status != page.status:
        faults.append(f"{page.path} does not answer {page.status}")
    tab.evaluate("document.fonts.ready.then(() => null)")
    faults += [_describe(violation) for violation in run_axe(tab)]
    faults += _scrolls_sideways(tab)
    size = tab.viewport_size or {"width": NARROW, "height": 844}
    tab.set_viewport_size({"width": NARROW, "height": size["height"]})
    faults += _scrolls_sideways(tab)
    tab.set_viewport_size(size)
    return faults


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:"))


def run_axe(tab: Tab) -> list[dict[str, Any]]:
    """The violations that axe-core finds. Evaluated, since the page's policy lets no foreign script in."""
    tab.evaluate(_read_axe())
    found: dict[str, Any] = tab.evaluate("rules => axe.run(document, {runOnly: rules})", _RULES)
    violations: list[dict[str, Any]] = found["violations"]
    return violations


@cache
def _read_axe() -> str:
    return _AXE.read_text("utf-8")


def _describe(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return f"axe {violation['id']} ({len(nodes)}): {nodes[0]['html'][:160]}"


def _scrolls_sideways(tab: Tab) -> list[str]:
    over = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    width = (tab.viewport_size or {})["width"]
    return [f"scrolls sideways by {over} px at {width} px"] if over > 0 else []
