"""The sending side of a connection: a thread that answers does not wait for a client that fetches slowly."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

# An answer of up to so many bytes is kept for a slow client; the rest of a longer one is waited for, within seconds.
_KEPT_BYTES = 4 * 1024 * 1024
_SEND_SECONDS = 30.0
_SEND_BYTES = 256 * 1024


class Outlet:
    """What gunicorn sends an answer on: `sock`, but for `sendall`. `rest`: what the client has not fetched yet."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.rest = bytearray()

    def sendall(self, data: bytes) -> None:
        """Send `data`, or keep what the kernel does not take now. Raises ConnectionResetError when the client is too slow."""
        if not self.rest:
            # Nearly always the kernel takes all.
            try:
                count = self._sock.send(data, socket.MSG_DONTWAIT)
            except BlockingIOError:
                count = 0
            if count == len(data):
                return
            data = data[count:]
        self.rest += data
        until = time.monotonic() + _SEND_SECONDS
        self.send_rest()
        while len(self.rest) > _KEPT_BYTES:
            # gunicorn takes this error for a client that left, and logs nothing.
            if time.monotonic() > until:
                raise ConnectionResetError(errno.ECONNRESET, "the client does not fetch its answer")
            time.sleep(0.05)
            self.send_rest()

    def send_rest(self) -> None:
        """Send as much of `rest` as the kernel takes now."""
        while self.rest:
            try:
                count = self._sock.send(self.rest[:_SEND_BYTES], socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            del self.rest[:count]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
