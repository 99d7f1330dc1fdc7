"""Hospitals that send demands with known ids without a pause, each again until it is acknowledged, and read what they sent."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from tests.bench.letters import letter

# Of the acknowledgement of a demand: accepted, and the intake Task that it became.
_ACCEPTED = re.compile(rb"MSA\|AA\|")
_TASK = re.compile(rb"\b[0-9a-hjkmnp-tv-z]{26}\b")
_PAUSE = 0.05
SENDERS = 3


@dataclass
class Ledger:
    """What was acknowledged. `tasks`: the number of a demand → the id of its Task. `acknowledgements`: (when it was sent, when
    it was acknowledged), on the monotonic clock. `invisible`: demands that could not be read right after. `refused`: answers
    that were neither an acknowledgement nor a request to come again."""

    tasks: dict[int, str] = field(default_factory=dict)
    acknowledgements: list[tuple[float, float]] = field(default_factory=list)
    invisible: list[int] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    errors: int = 0

    def find_recovery(self, fault: float) -> float:
        """Seconds from `fault` to the first acknowledgement of a demand that was sent after it."""
        return min(
            (acknowledged - fault for sent, acknowledged in self.acknowledgements if sent >= fault), default=-1.0
        )


class Client:
    """One caller with a connection that is opened again when it broke."""

    def __init__(self, port: int, token: Callable[[], str]) -> None:
        self._port, self._token = port, token
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Status and body of the answer; 0 when none came."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
            headers = {"Authorization": f"Bearer {self._token()}"}
            if body is not None:
                headers["Content-Type"] = "application/hl7-v2"
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, b""

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@dataclass
class Senders:
    """Threads that send to `port` and read at `reading_port`. `token`: the access token of now."""

    port: int
    reading_port: int
    token: Callable[[], str]
    numbers: count[int]
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self._lock, self._stop, self._give_up = threading.Lock(), threading.Event(), 0.0
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(SENDERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float = 60) -> None:
        """Begin no more demands, and wait until those under way are acknowledged."""
        self._give_up = time.monotonic() + seconds
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds + 20)

    def wait_for(self, amount: int, since: float, seconds: float = 90) -> None:
        """Wait until `amount` demands that were sent after `since` are acknowledged. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while True:
            with self._lock:
                if sum(1 for sent, _ in self.ledger.acknowledgements if sent >= since) >= amount:
                    return
            if time.monotonic() > until:
                raise TimeoutError(f"no acknowledgement within {seconds} s: {self.ledger.refused[-1:]}")
            time.sleep(0.05)

    def _run(self) -> None:
        writer, reader = Client(self.port, self.token), Client(self.reading_port, self.token)
        while not self._stop.is_set():
            with self._lock:
                number = next(self.numbers)
            self._send(number, writer, reader)
        for client in (writer, reader):
            client.close()

    def _send(self, number: int, writer: Client, reader: Client) -> None:
        while not self._give_up or time.monotonic() < self._give_up:
            sent = time.monotonic()
            status, answer = writer.ask("POST", "/intake/chu-hl7", letter(number))
            task = _TASK.search(answer) if status == 200 and _ACCEPTED.search(answer) else None
            if task is not None:
                with self._lock:
                    self.ledger.tasks[number] = task[0].decode()
                    self.ledger.acknowledgements.append((sent, time.monotonic()))
                self._read(number, task[0].decode(), reader)
                return
            with self._lock:
                self.ledger.errors += 1
                if status not in (0, 500, 502, 503):
                    self.ledger.refused.append(answer)
            time.sleep(_PAUSE)

    def _read(self, number: int, task: str, reader: Client) -> None:
        status, _ = reader.ask("GET", f"/fhir/Task/{task}")
        if status == 404:
            with self._lock, suppress(ValueError):
                self.ledger.invisible.append(number)
