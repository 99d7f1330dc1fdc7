"""Deliveries by a few threads, so that endpoints which answer slowly do not delay the others.

A host has one delivery at a time. After one that got no whole answer in time, its other subscriptions wait for a while: five
slow endpoints at one host hold one thread and not five.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hub.record.subscriptions.rows import SubscriptionRow

THREADS = 8
# For how long a round of the worker waits for deliveries; those that take longer go on beside the rounds that follow.
_ROUND_SECONDS = 1.0
# For how long the other subscriptions at a host wait after a delivery there got no answer in time.
_HOST_PAUSE_SECONDS = 30.0


def start_threads() -> Executor:
    """The threads of the deliveries."""
    return ThreadPoolExecutor(THREADS, "delivery")


@dataclass(frozen=True)
class _Delivery:
    """A delivery under way. `begun`: on the monotonic clock."""

    host: str
    begun: float


@dataclass
class DeliveryPool:
    """`claim`: claim the next subscription that waits, at none of the given hosts. `deliver`: deliver to it; returns whether
    the endpoint answered, and raises what fails in the hub."""

    claim: Callable[[Container[str]], SubscriptionRow | None]
    deliver: Callable[[SubscriptionRow], bool]
    _executor: Executor
    _running: dict[Future[bool], _Delivery] = field(default_factory=dict)
    _paused: dict[str, float] = field(default_factory=dict)

    def run(self, most: int) -> int:
        """Start at most `most` deliveries, wait for them a moment, and return how many were started or go on.

        Raises the first exception of those that ended."""
        started = 0
        while started < most:
            row = self.claim(self._list_hosts()) if len(self._running) < THREADS else None
            if row is not None:
                delivery = _Delivery(find_host(row.endpoint), time.monotonic())
                self._running[self._executor.submit(self.deliver, row)] = delivery
                started += 1
            elif not self._running or not self._reap(_ROUND_SECONDS):
                break
        until = time.monotonic() + _ROUND_SECONDS
        while self._running and self._reap(max(0.0, until - time.monotonic())):
            pass
        return started or len(self._running)

    def close(self) -> None:
        """Wait for the deliveries that go on."""
        self._executor.shutdown()

    def _reap(self, seconds: float) -> bool:
        """Wait up to `seconds` for a delivery to end, and note what became of those that did. Returns whether any did."""
        ended, _ = wait(self._running, seconds, FIRST_COMPLETED)
        now = time.monotonic()
        for future in ended:
            delivery = self._running.pop(future)
            is_slow = now - delivery.begun > _ROUND_SECONDS
            if is_slow and not future.exception() and not future.result():
                self._paused[delivery.host] = now + _HOST_PAUSE_SECONDS
        for future in ended:
            future.result()
        return bool(ended)

    def _list_hosts(self) -> set[str]:
        """Return the hosts at which nothing may begin now."""
        now = time.monotonic()
        self._paused = {host: end for host, end in self._paused.items() if end > now}
        return {*(delivery.host for delivery in self._running.values()), *self._paused}


def find_host(endpoint: str) -> str:
    """Return host and port of a URL, in small letters."""
    return urlsplit(endpoint).netloc.rpartition("@")[2].lower()
