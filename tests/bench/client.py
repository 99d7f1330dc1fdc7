"""A small client: connections that stay open, one request after the other, spread over all of them."""

from __future__ import annotations

import http.client
from collections.abc import Mapping


class Client:
    """`connections` of them, so that every worker gets its share."""

    def __init__(self, port: int, headers: Mapping[str, str], connections: int = 4) -> None:
        self._open = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(connections)]
        self._headers = dict(headers)
        self._turn = 0

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        return self._ask("POST", path, body, {"Content-Type": content_type})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        connection = self._open[self._turn % len(self._open)]
        self._turn += 1
        try:
            connection.request(method, path, body, self._headers | headers)
            answer = connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            # The server closes what was idle for long.
            connection.close()
            connection.request(method, path, body, self._headers | headers)
            answer = connection.getresponse()
        told = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {answer.status} {told[:300]!r}")
        return told

    def close(self) -> None:
        for connection in self._open:
            connection.close()
