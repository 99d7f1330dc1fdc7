"""What is served for the browser: a site, its pages, and how one signs in there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from playwright.sync_api import BrowserContext
from werkzeug.serving import WSGIRequestHandler, make_server


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
