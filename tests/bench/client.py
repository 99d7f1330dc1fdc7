"""A small client: connections that stay open, one to each worker, so that each answers its share.

Of sockets alone, as it shares the machine with what it asks (`docs/performance.md` §0): it reads what gunicorn sends and no more.
"""

from __future__ import annotations

import re
import socket
from collections import deque
from collections.abc import Mapping

from tests.bench.server import Server

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


class Client:
    """Of `server`. As many threads as it has workers may ask at once; one that asks alone is answered by each in turn."""

    def __init__(self, server: Server, headers: Mapping[str, str], connections: int = 0) -> None:
        """`connections`: how many; 0: one to each worker."""
        self._open = deque(server.connect(connections) if connections else server.connections())
        self._port = server.port
        self.set_headers(headers)

    def set_headers(self, headers: Mapping[str, str]) -> None:
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def get(self, path: str) -> bytes:
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{self._headers}\r\n".encode())

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        about = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"POST {path} HTTP/1.1\r\nHost: bench\r\n{self._headers}{about}\r\n".encode() + body)

    def _ask(self, request: bytes) -> bytes:
        connection = self._open.popleft()
        try:
            connection.sendall(request)
            status, told = _answer(connection)
        except (BrokenPipeError, ConnectionResetError):
            # The server closes what was idle for long.
            connection.close()
            connection = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            connection.sendall(request)
            status, told = _answer(connection)
        self._open.append(connection)
        if status not in (b"200", b"201"):
            raise RuntimeError(f"{request[:80]!r}: {status!r} {told[:300]!r}")
        return told

    def close(self) -> None:
        for connection in self._open:
            connection.close()


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Status and body of the answer that comes next. ConnectionResetError when none does."""
    got = b""
    while _END not in got:
        some = connection.recv(1 << 16)
        if not some:
            raise ConnectionResetError
        got += some
    head, _, body = got.partition(_END)
    length = _LENGTH.search(head)
    missing = int(length[1]) - len(body) if length else 0
    rest = [body]
    while missing > 0:
        some = connection.recv(1 << 16)
        if not some:
            raise ConnectionResetError
        rest.append(some)
        missing -= len(some)
    return head[9:12], b"".join(rest)
