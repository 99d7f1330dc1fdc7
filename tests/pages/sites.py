"""What is served for the browser, and the list of its pages.

To add pages of the product: one `Site` whose `serve` starts the hub and whose `enter` signs a role in, and a line
`Page(path, role)` for each page and role. Everything that walks over pages reads `SITES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from playwright.sync_api import BrowserContext
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.hub.desk.gallery import ERROR_PATHS, PAGES, create_gallery


@dataclass(frozen=True)
class Page:
    """A path, the role in which it is opened (empty where nobody signs in), and the status of the answer."""

    path: str
    role: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        """A name for files: the path with its role."""
        return "-".join(filter(None, (*self.path.strip("/").split("/"), self.role)))


@dataclass(frozen=True)
class Site:
    """A server with pages. `serve` gives its address; `enter` prepares a browser for (address, role, language)."""

    name: str
    serve: Callable[[], AbstractContextManager[str]]
    enter: Callable[[BrowserContext, str, str, str], None]
    pages: tuple[Page, ...]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a browser asks for hundreds of files."""


@contextmanager
def serve_app(app: Flask) -> Iterator[str]:
    """`app` on a free port of this machine, in a thread."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


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
SITES = (GALLERY,)


def is_chosen(page: Page, beginnings: list[str]) -> bool:
    """Whether the page's name begins with one of `beginnings`; all do when there are none."""
    return not beginnings or any(page.name.startswith(beginning) for beginning in beginnings)
