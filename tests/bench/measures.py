"""The rows of `make bench`: what is asked, which floor it has, how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from tests.bench.pair import compare
from tests.bench.stage import GROWING, LIVED, PERSONS, Stage, list_paths
from tests.bench.together import ask_together

# Times the floor.
GOALS = {"read": 1.7, "worklist of 20": 2.5, "search of 20": 2.5, "referral, HL7 v2": 6.0}
GROWTH = 1.5


class Measured(Protocol):
    """A result that says its figures, one a column."""

    def describe(self) -> Iterator[str]: ...


# Row → the name of its path and floor, and how often it is asked in a round: less often where an answer is long.
_SEARCHES = {
    "worklist of 20": ("worklist", 400),
    "search of 20": ("search", 400),
    "search with _include": ("include", 200),
    "search by a chain": ("chain", 200),
    "search with _total": ("total", 60),
    "worklist by status": ("status", 400),
    "worklist by status with _total": ("status-total", 60),
    "worklist by status, _sort": ("sorted", 60),
    "search by status alone": ("territory", 60),
    "$everything of 300": ("everything", 30),
}
# Clients at once, and how often each asks.
_READERS, _WRITERS = {8: 150, 64: 20}, {1: 60, 8: 15, 16: 8}

Chosen = Callable[[str], bool]


def measure_costs(on: Stage, shape: str, is_chosen: Chosen) -> Iterator[tuple[str, Measured]]:
    """Yield (row, CPU beside the floor) of the chosen rows."""
    if is_chosen("read"):
        yield "read", compare(on.hub, on.read, on.floor, _read_floor(on, "read"), 600, on.workers)
    paths = list_paths(shape)
    for row, (name, each) in _SEARCHES.items():
        if is_chosen(row):
            on.renew_tokens()
            yield row, compare(on.hub, _ask(on, paths[name]), on.floor, _read_floor(on, name), each, on.workers)
    for row, ask, name, each in (
        ("request and Task", lambda: on.ask_of(PERSONS[1]), "task", 40),
        ("request and Task, 3 years of notes", lambda: on.ask_of(LIVED), "task", 40),
        ("transaction of 5", lambda: on.write_five(on.at_hub), "five", 30),
        ("transaction of 20", on.note, "transaction", 20),
        ("referral, HL7 v2", on.refer, "referral", 40),
    ):
        if is_chosen(row):
            on.renew_tokens()
            yield row, compare(on.hub, ask, on.floor, _write_floor(on, name), each)


def measure_paces(on: Stage, shape: str, is_chosen: Chosen) -> Iterator[tuple[str, Measured]]:
    """Yield (row, how many a second and how long) of the chosen rows, with many clients at once."""
    paths = list_paths(shape)
    on.renew_tokens()
    for clients, each in _READERS.items():
        for name, path in (("read", f"/fhir/Task/{on.ids[0]}"), ("worklist by status", paths["status"])):
            row = f"{name}, {clients} clients"
            if is_chosen(row):
                with on.clients(clients) as client:
                    yield row, ask_together(lambda client=client, path=path: client.get(path), clients, each)  # type: ignore[misc]
    for clients, each in _WRITERS.items():
        on.renew_tokens()
        if is_chosen(row := f"transaction of 5, {clients} writers"):
            with on.clients(clients) as client:
                yield row, ask_together(lambda client=client: on.write_five(client), clients, each)  # type: ignore[misc]
        if is_chosen(row := f"referral, HL7 v2, {clients} writers"):
            with on.clients(clients, sender=True) as client:
                yield row, ask_together(lambda client=client: on.refer(client), clients, each)  # type: ignore[misc]


def measure_growth(on: Stage) -> float:
    """Return the ratio of a worklist of five to its floor, beside which a busy machine does not count as growth."""
    return compare(on.hub, _ask(on, GROWING), on.floor, _read_floor(on, "worklist"), 400, on.workers).ratio


def _ask(on: Stage, path: str) -> Callable[[], bytes]:
    return lambda: on.at_hub.get(path)


def _write_floor(on: Stage, name: str) -> Callable[[], bytes]:
    return lambda: on.at_floor.post(f"/{name}", b"", "text/plain")


def _read_floor(on: Stage, name: str) -> Callable[[], bytes]:
    return lambda: on.at_floor.get(f"/{name}")
