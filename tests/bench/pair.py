"""Requests to the hub and to its floor, in turn, and what they cost: CPU of the server processes, not time.

The floor goes first and the hub after it, again and again, so that whoever else uses the machine disturbs both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.server import Server

ROUNDS = 7


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU a request, and how many times the floor's the hub's is."""

    hub: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.hub / self.floor


def compare(
    hub: Server, ask_hub: Callable[[], object], floor: Server, ask_floor: Callable[[], object], each: int
) -> Cost:
    """The cost of `ask_hub` and of `ask_floor`: medians over rounds of `each` requests, after one to warm up."""
    rounds = [(spend(hub, ask_hub, each), spend(floor, ask_floor, each)) for _ in range(ROUNDS + 1)][1:]
    return Cost(median(one for one, _ in rounds), median(other for _, other in rounds))


def spend(server: Server, ask: Callable[[], object], each: int) -> float:
    """Milliseconds of CPU of `server` for one of `each` requests."""
    before = server.cpu()
    for _ in range(each):
        ask()
    return (server.cpu() - before) / each * 1000
