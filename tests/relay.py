"""A relay between a client over TCP and a PostgreSQL's socket: it counts waits, and can fall silent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.postgres import Server


class Relay:
    """Carries bytes until `is_silent`, with all its connections open. `waits`: how often the server said ReadyForQuery, on all
    connections together: the round trips of its clients, however many statements each one carried."""

    def __init__(self, path: str) -> None:
        self._path, self.is_silent, self.waits = path, False, 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End all connections."""
        self.is_silent = False
        for end in (self._listener, *self._open):
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                if self.is_silent:
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._path)
                self._open.append(server)
                for arguments in ((client, server, None), (server, client, _Replies(self))):
                    threading.Thread(target=self._carry, args=arguments, daemon=True).start()

    def _carry(self, origin: socket.socket, target: socket.socket, replies: _Replies | None) -> None:
        with suppress(OSError):
            while piece := origin.recv(65536):
                while self.is_silent:
                    time.sleep(0.05)
                if replies is not None:
                    replies.read(piece)
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class _Replies:
    """The messages of one server (PostgreSQL, "Message Formats"): the byte of the kind, then a length that counts itself."""

    def __init__(self, relay: Relay) -> None:
        self._relay, self._rest = relay, b""

    def read(self, piece: bytes) -> None:
        self._rest += piece
        while len(self._rest) >= 5:
            end = 1 + int.from_bytes(self._rest[1:5], "big")
            if len(self._rest) < end:
                return
            self._relay.waits += self._rest.startswith(b"Z")
            self._rest = self._rest[end:]


@contextmanager
def open_relay(postgres: Server, name: str) -> Iterator[tuple[Relay, str]]:
    """A relay to the database `name`, and its address."""
    folder = parse_qs(urlsplit(postgres.url(name)).query)["host"][0]
    if not folder.startswith("/"):
        pytest.skip("the PostgreSQL of HUB_TEST_POSTGRES_URL has no socket here")
    relay = Relay(f"{folder}/.s.PGSQL.5432")
    try:
        yield relay, f"postgresql://hub@127.0.0.1:{relay.port}/{name}?sslmode=disable"
    finally:
        relay.close()
