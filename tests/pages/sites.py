"""The list of sites and pages (`tests/pages/site.py`).

To add pages of the product: one `Site` whose `serve` starts the hub and whose `enter` signs a role in, and a line
`Page(path, role)` for each page and role. Everything that walks over pages reads `SITES`.
"""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.hub.desk.gallery import ERROR_PATHS, PAGES, create_gallery
from tests.pages.administration import ADMINISTRATION
from tests.pages.people import PEOPLE
from tests.pages.site import Page, Site, serve_app

__all__ = ["GALLERY", "SITES", "Page", "Site", "is_chosen", "serve_app"]


def _choose_language(context: BrowserContext, address: str, _role: str, language: str) -> None:
    context.add_cookies([{"name": "langue", "value": language, "url": address}])


GALLERY = Site(
    "gallery",
    lambda: serve_app(create_gallery()),
    _choose_language,
    (
        *(Page(f"/galerie/{name}") for name in PAGES),
        *(Page(path, status=int(path.rpartition("/")[2])) for path in ERROR_PATHS),
    ),
)
SITES = (GALLERY, PEOPLE, ADMINISTRATION)


def is_chosen(page: Page, beginnings: list[str]) -> bool:
    """Whether the page's name begins with one of `beginnings`; all do when there are none."""
    return not beginnings or any(page.name.startswith(beginning) for beginning in beginnings)
