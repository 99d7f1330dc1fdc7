"""A clock and random numbers that are the same in every run, for the whole process."""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
import time

START = 1_795_248_000  # 2026-11-21T08:00:00Z, in seconds
STEP = 100_000  # microseconds from one request to the next
_SECOND = 1_000_000


class Fixed:
    """The time, which stands still during a request, and random bytes that follow from the name of the request.

    Random bytes begin anew with each request, so that one that draws more than it did changes no other one.
    """

    def __init__(self) -> None:
        self._microseconds = START * _SECOND
        self.begin("start")

    @property
    def seconds(self) -> int:
        """The time in seconds since 1970."""
        return self._microseconds // _SECOND

    def begin(self, name: str) -> None:
        """The request `name` begins."""
        self._name, self._blocks = name, itertools.count()
        self._microseconds += STEP

    def pass_time(self, seconds: float) -> None:
        """Let `seconds` go by."""
        self._microseconds += round(seconds * _SECOND)

    def random_bytes(self, size: int | None = None) -> bytes:
        """`size` bytes, 32 by default, as `secrets.token_bytes` gives them."""
        wanted, drawn = 32 if size is None else size, b""
        while len(drawn) < wanted:
            drawn += hashlib.sha512(f"{self._name}|{next(self._blocks)}".encode()).digest()
        return drawn[:wanted]

    def install(self) -> None:
        """Replace the clock and the random numbers of Python. To be called before the hub is imported."""
        time.time = lambda: self._microseconds / _SECOND
        time.time_ns = lambda: self._microseconds * 1000
        # Durations are zero: they appear in the log and in the metrics.
        time.monotonic = lambda: float(START)
        secrets.token_bytes = self.random_bytes  # type: ignore[assignment]
        os.urandom = self.random_bytes  # type: ignore[assignment]
