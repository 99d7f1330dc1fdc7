"""A TCP proxy before PostgreSQL: it can fall silent, cut its connections, and lead to another server."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Proxy:
    """Carries bytes between a port of this machine and the Unix socket `path`, which may be changed. While `is_silent` it holds
    what it has, and takes connections without a word."""

    def __init__(self, path: str) -> None:
        self.path, self.is_silent = path, False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections."""
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections, and end those that there are."""
        self.is_silent = False
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            self._open.add(client)
            self._hold()
            server.connect(self.path)
            self._open.add(server)
            back = threading.Thread(target=self._carry, args=(server, client), daemon=True)
            back.start()
            self._carry(client, server)
            back.join()
        self._open -= {client, server}

    def _carry(self, origin: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := origin.recv(65536):
                self._hold()
                target.sendall(piece)
        for end in (origin, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _hold(self) -> None:
        while self.is_silent:
            time.sleep(0.05)
