"""Requests to the hub and to its floor, in turn, and what they cost: CPU of the server processes, not time.

One after the other, again and again, so that whoever else uses the machine disturbs both. What is read is asked by as many at
once as there are workers, so that all are busy: one that sleeps between two requests finds its caches cold and costs up to
twice as much, which says more of the machine than of the hub. What is written is asked one at a time, as writers wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from tests.bench.server import Server

ROUNDS = 9


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU a request, and how many times the floor's the hub's is."""

    hub: float
    floor: float

    @property
    def ratio(self) -> float:
        return self.hub / self.floor

    def describe(self) -> Iterator[str]:
        yield from (f"{self.hub:.2f}", f"{self.floor:.2f}", f"{self.ratio:.2f}")


def compare(
    hub: Server,
    ask_hub: Callable[[], object],
    floor: Server,
    ask_floor: Callable[[], object],
    each: int,
    at_once: int = 1,
) -> Cost:
    """The cost of `ask_hub` and of `ask_floor`: medians over rounds of `each` requests, after one to warm up."""
    with ThreadPoolExecutor(at_once) as askers:
        shares = [each // at_once] * at_once
        rounds = [
            (spend(hub, ask_hub, shares, askers), spend(floor, ask_floor, shares, askers)) for _ in range(ROUNDS + 1)
        ][1:]
    return Cost(median(one for one, _ in rounds), median(other for _, other in rounds))


def spend(server: Server, ask: Callable[[], object], shares: Sequence[int], askers: ThreadPoolExecutor) -> float:
    """Milliseconds of CPU of `server` for one of the requests that are asked, `shares` of them by each of `askers`."""

    def ask_often(times: int) -> None:
        for _ in range(times):
            ask()

    before = server.cpu()
    list(askers.map(ask_often, shares))
    return (server.cpu() - before) / sum(shares) * 1000
