"""A hub in a process of its own, as it is served, and raw connections to it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config" / "gunicorn.py"


@contextmanager
def serve(
    home: Path,
    application: str = "wsgi:app",
    config: Path = CONFIG,
    stdout: int | BinaryIO | None = None,
    **settings: str,
) -> Iterator[int]:
    """The hub of the demo under gunicorn, with its record in `home`; gives its port. Keywords are settings.

    `stdout`: where its log goes, by default a file in `home`."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"HUB_ENV": "demo", "HUB_VAR": str(home), "PORT": str(port), "PYTHONPATH": str(ROOT)} | settings
    run = [sys.executable, "-m"]
    subprocess.run([*run, "hub", "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    log = home / "server.log"
    with log.open("wb") as said:
        words = [*run, "gunicorn", "--config", str(config), application]
        out = said if stdout is None else stdout
        process = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=out, stderr=said)
    try:
        wait_for(port, process, log)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something answers at `port`. Raises RuntimeError, with the end of `log`, when `process` ends before."""
    for _ in range(300):
        try:
            ask(port)
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"no server: {log.read_text(errors='replace')[-2000:]}")


def ask(port: int, path: str = "/livez", seconds: float = 10) -> int:
    """The status of GET `path` on a new connection. Raises TimeoutError when nothing comes within `seconds`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@contextmanager
def half_sent(port: int, *messages: bytes) -> Iterator[list[socket.socket]]:
    """A connection to `port` for each message, which is the beginning of a request."""
    clients = [socket.create_connection(("127.0.0.1", port), 20) for _ in messages]
    try:
        for client, message in zip(clients, messages, strict=True):
            client.sendall(message)
        yield clients
    finally:
        for client in clients:
            client.close()
