"""What a subscriber runs: an endpoint on this machine that keeps what it was sent. It fails where its path says `broken`."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Fixed, because it is part of what is recorded: a recording waits for another one to end.
PORT = 8971
_ATTEMPTS = 240  # half a second apart


class Receiver:
    """Listens until the process ends."""

    def __init__(self) -> None:
        self._received: list[dict[str, Any]] = []
        received = self._received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                received.append(
                    {
                        "asked": f"POST {self.path}",
                        "status": 0,
                        "headers": list(self.headers.items()),
                        "body": body.decode(),
                    }
                )
                self.send_response(500 if "broken" in self.path else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Nothing is printed."""

        server = _bound(Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def take(self) -> list[dict[str, Any]]:
        """What was received so far, which is then forgotten."""
        taken = list(self._received)
        self._received.clear()
        return taken


def _bound(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """A server on the port, once it is free. OSError when it does not become so."""
    for _ in range(_ATTEMPTS):
        with suppress(OSError):
            return ThreadingHTTPServer(("127.0.0.1", PORT), handler)
        time.sleep(0.5)
    return ThreadingHTTPServer(("127.0.0.1", PORT), handler)
