"""A gunicorn of our own with the hub's configuration, and the CPU that its processes have used."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

# The setting by which the floor knows what to say.
FLOOR_FOLDER = "BENCH_FLOOR"
ROOT = Path(__file__).parents[2]


class Server:
    """A running server: `cpu()` is what its processes have used since they began, user and system, in seconds.

    `database_pid`: the first process of its PostgreSQL, whose processes count too."""

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, workers: int, database_pid: int | None = None
    ) -> None:
        self._process, self.port, self._many, self._database_pid = process, port, workers, database_pid

    def cpu(self) -> float:
        cpu = sum(_cpu_of(pid) for pid in (self._process.pid, *self._workers()))
        return cpu + (read_family_cpu(self._database_pid) if self._database_pid else 0.0)

    def connect(self, count: int) -> list[socket.socket]:
        """`count` open connections, by whichever workers take them."""
        return [_knock(self.port) for _ in range(count)]

    def connections(self) -> list[socket.socket]:
        """An open connection to each worker: whichever is awake takes what knocks, so the others sleep meanwhile."""
        while len(workers := self._workers()) < self._many:
            time.sleep(0.1)
        return [self._connection_to(one, workers) for one in workers]

    def _connection_to(self, worker: int, workers: list[int]) -> socket.socket:
        others = [one for one in workers if one != worker]
        for one in others:
            os.kill(one, signal.SIGSTOP)
        try:
            return _knock(self.port)
        finally:
            for one in others:
                os.kill(one, signal.SIGCONT)

    def _workers(self) -> list[int]:
        pid = self._process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def serve(
    application: str,
    port: int,
    var: Path,
    environment: Mapping[str, str],
    workers: int,
    database_pid: int | None = None,
) -> Iterator[Server]:
    """`application` under gunicorn with `config/gunicorn.py` on `port`."""
    words = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.py"), application]
    settings = {"HUB_ENV": "demo", "HUB_VAR": str(var), "PORT": str(port), "HUB_WORKERS": str(workers), **environment}
    log = var / f"{port}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **settings}, stdout=said, stderr=said)
    try:
        _wait(port, process, log)
        yield Server(process, port, workers, database_pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            _knock(port).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")


def _knock(port: int) -> socket.socket:
    """A connection that was answered once, whatever the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/livez")
    connection.getresponse().read()
    return connection.sock


def read_family_cpu(pid: int) -> float:
    """Seconds of CPU of a process, of its children, and of those that ended and were waited for."""
    children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
    living = 0.0
    for process in (pid, *children):
        with suppress(OSError):
            living += _cpu_of(process)
    return living + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")


def _cpu_of(pid: int) -> float:
    # The clock of another process, to the nanosecond: `clock_getcpuclockid` of Linux, which Python has for threads alone.
    return time.clock_gettime(~pid << 3 | 2)
