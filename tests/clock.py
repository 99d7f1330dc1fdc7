"""A clock that moves when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class FakeClock:
    """Microseconds since 1970, standing still until `tick`."""

    def __init__(self, start: datetime = START) -> None:
        self.value = int(start.timestamp()) * 1_000_000

    def __call__(self) -> int:
        return self.value

    def tick(self, ms: float = 1) -> int:
        """Move on by `ms` milliseconds; gives the new time."""
        self.value += round(ms * 1000)
        return self.value
