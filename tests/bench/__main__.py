"""`make bench`: ratios of server CPU to a floor measured in the same run (`docs/performance.md` §9; goals below).

Ratios compare from machine to machine, milliseconds do not; the disk's syncs a second are printed with them.
`BENCH_TASKS` names other sizes than 1 000, 10 000 and 100 000.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hub.app import create_app
from hub.record.clients.tokens import issue_token
from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.bench.disk import syncs_a_second
from tests.bench.load import load
from tests.bench.pair import Cost, compare
from tests.bench.profile import largest_shares
from tests.bench.stage import ASKED, GROWING, WORKLIST, Stage, prepare, stage
from tests.bench.statements import CLIENT, SCOPES, count, interactions
from tests.territory import Territory

SIZES = tuple(int(word) for word in os.environ.get("BENCH_TASKS", "1000 10000 100000").split())
# Times the floor.
GOALS = {"read": 1.7, "worklist of 20": 2.5, "search of 20": 2.5, "referral, HL7 v2": 6.0}
GROWTH = 1.5

console = Console()


def main() -> None:
    """Load, measure, print."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        _run(Path(folder))


def _run(folder: Path) -> None:
    store, settings = prepare(folder)
    grown: dict[int, Cost] = {}
    loaded, syncs = 0, syncs_a_second(folder)
    for size in SIZES:
        _load(store, loaded, size)
        loaded = size
        with stage(folder, store, settings) as on:
            grown[size] = compare(on.hub, _ask(on, GROWING), on.floor, _floor(on, "worklist"), 400, on.workers)
            if size == SIZES[-1]:
                costs = dict(_costs(on))
    numbers = {name: count(store, action) for name, action in interactions(store, Territory(store), settings)}
    _print(costs, grown, numbers, syncs)
    for name, path in (("read", f"/fhir/Task/{on.ids[0]}"), ("worklist of 20", WORKLIST)):
        _print_shares(name, store, settings, path)
    store.dispose()


def _load(store: Store, done: int, size: int) -> None:
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task(f"loading {size} Tasks", total=size, completed=done)
        load(store, size, begin=done, progress=lambda now: progress.update(bar, completed=now))


def _costs(on: Stage) -> Iterator[tuple[str, Cost]]:
    with console.status("measuring"):
        yield "read", compare(on.hub, on.read, on.floor, _floor(on, "read"), 600, on.workers)
        for title, (name, each) in _SEARCHES.items():
            yield title, compare(on.hub, _ask(on, ASKED[name]), on.floor, _floor(on, name), each, on.workers)
        yield "transaction of 20", compare(on.hub, on.note, on.floor, _floor_writes(on, "transaction"), 20)
        yield "referral, HL7 v2", compare(on.hub, on.refer, on.floor, _floor_writes(on, "referral"), 40)


# As `statements` names them: what is asked, and how often in a round.
_SEARCHES = {
    "worklist of 20": ("worklist", 400),
    "search of 20": ("search", 400),
    "search with _include": ("include", 200),
    "search by a chain": ("chain", 200),
    "search with _total": ("total", 60),
    "$everything of 300": ("everything", 30),
}


def _ask(on: Stage, path: str) -> Callable[[], bytes]:
    return lambda: on.at_hub.get(path)


def _floor_writes(on: Stage, name: str) -> Callable[[], bytes]:
    return lambda: on.at_floor.post(f"/{name}", b"", "text/plain")


def _floor(on: Stage, name: str) -> Callable[[], bytes]:
    return lambda: on.at_floor.get(f"/{name}")


def _print(costs: dict[str, Cost], grown: dict[int, Cost], numbers: dict[str, int], syncs: float) -> None:
    table = Table("", "hub, CPU ms", "floor, CPU ms", "ratio", "goal", "SQL statements")
    for name, cost in costs.items():
        table.add_row(
            name,
            f"{cost.hub:.2f}",
            f"{cost.floor:.2f}",
            f"{cost.ratio:.2f}",
            f"≤ {GOALS[name]}" if name in GOALS else "",
            str(numbers[name]),
        )
    table.add_row("token", "", "", "", "", str(numbers["token"]))
    for size, cost in grown.items():
        # Each beside the floor of its own moment, so that a busy machine does not count as growth.
        growth = cost.ratio / grown[SIZES[0]].ratio
        table.add_row(
            f"worklist of 5, {size} Tasks", f"{cost.hub:.2f}", f"{cost.floor:.2f}", f"{growth:.2f}", f"< {GROWTH}", ""
        )
    console.print(table)
    console.print(f"{syncs:.0f} fdatasync of 8 kB a second on this disk")


def _print_shares(name: str, store: Store, settings: Settings, path: str) -> None:
    # Its log keeps what standard output was when it began.
    with redirect_stdout(io.StringIO()):
        http = create_app(settings, store).test_client()
    headers = {"Authorization": f"Bearer {issue_token(store, CLIENT, SCOPES)}"}
    console.print(f"\nwhere a {name} spends its time, in the process:")
    for share, where in largest_shares(lambda: http.get(path, headers=headers)):
        console.print(f"{share:6.1%}  {where}")


if __name__ == "__main__":
    main()
