"""Many clients at once: requests a second, and how long one in two and one in a hundred takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """`rate`: requests a second; `p50`, `p99`: milliseconds."""

    rate: float
    p50: float
    p99: float

    def describe(self) -> Iterator[str]:
        yield from (f"{self.rate:.0f}", f"{self.p50:.0f}", f"{self.p99:.0f}")


def ask_together(ask: Callable[[], object], clients: int, each: int) -> Pace:
    """Let `clients` ask `each` times, one after the other, after one to warm up. They share the machine with the server."""

    def ask_often(times: int) -> list[float]:
        spans = []
        for _ in range(times):
            begun = time.perf_counter()
            ask()
            spans.append(time.perf_counter() - begun)
        return spans

    with ThreadPoolExecutor(clients) as askers:
        list(askers.map(ask_often, [1] * clients))
        begun = time.perf_counter()
        spans = sorted(span for some in askers.map(ask_often, [each] * clients) for span in some)
        rate = len(spans) / (time.perf_counter() - begun)
    return Pace(rate, spans[len(spans) // 2] * 1000, spans[len(spans) * 99 // 100] * 1000)
