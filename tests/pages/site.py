"""What is served for the browser: a site, its pages, and how one signs in there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from socket import socket
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
def serve_app(app: Flask, port: int = 0) -> Iterator[str]:
    """`app` on a port of this machine, by default a free one, in a thread."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def find_free_port() -> int:
    """A port that nobody has now, for an application that has to know its own address."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
