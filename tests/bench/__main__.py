"""`make bench`: what the hub costs beside a floor measured in the same run (`docs/performance.md` §9; goals below).

Ratios compare from machine to machine, milliseconds do not; the disk's syncs a second are printed with them. Settings choose
pieces of it: `DATABASE` (sqlite, postgresql), `SHAPE` (native, peer), `SIZE` (numbers of Tasks), `ROWS` (words, separated by
commas, of which a row's name has one).
"""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hub.app import create_app
from hub.record.clients.tokens import issue_token
from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.bench.database import DATABASES, Database, open_database
from tests.bench.disk import syncs_a_second
from tests.bench.journal import measure_journal
from tests.bench.load import load, write_notes
from tests.bench.measures import GOALS, GROWTH, Measured, measure_costs, measure_growth, measure_paces
from tests.bench.owner import write_circle, write_tasks
from tests.bench.peer import FIGURES
from tests.bench.population import LONG, TASKS_EACH, name_of
from tests.bench.profile import find_largest_shares
from tests.bench.stage import DAYS, LIVED, PERSONS, WORKLIST, prepare, stage
from tests.bench.statements import CLIENT, SCOPES, count, interactions, name_of_a_task
from tests.territory import Territory

SIZES = tuple(int(word) for word in os.environ.get("SIZE", "").split() or (1_000, 10_000, 100_000))
CHOSEN = [word.strip() for word in os.environ.get("ROWS", "").split(",") if word.strip()]
SHAPES = ("native", "peer")
# The shape `peer`: each of ten organisations owns a tenth of the Tasks, about twenty persons of its own.
_OWNERS, _PERSONS_EACH = 10, 20

console = Console(width=150)


def main() -> None:
    """Load, measure, print: each database in each shape."""
    for name in os.environ.get("DATABASE", "").split() or DATABASES:
        for shape in os.environ.get("SHAPE", "").split() or SHAPES:
            with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder, open_database(name) as database:
                _measure(Path(folder), database, shape)


def is_chosen(row: str) -> bool:
    """Whether the row is measured: all are unless `ROWS` names some."""
    return not CHOSEN or any(word in row for word in CHOSEN)


def _measure(folder: Path, database: Database, shape: str) -> None:
    store, settings = prepare(folder, database.url)
    growth: dict[int, float] = {}
    loaded = 0
    sizes = SIZES if shape == "native" else SIZES[-1:]
    for size in sizes:
        _load(store, shape, loaded, size)
        loaded = size
        if shape == "native" and is_chosen("growth"):
            with stage(folder, store, settings, shape, database.pid) as on:
                growth[size] = measure_growth(on)
    costs, paces = _measure_last(folder, store, settings, database, shape)
    numbers: dict[str, int] = {}
    if shape == "native":
        numbers = {
            name: count(store, run)
            for name, run in interactions(store, Territory(store), settings)
            if name in costs or name == "token"
        }
    title = f"{database.name}, {shape} shape, {sizes[-1]} Tasks"
    _print(title, costs, paces, numbers, growth)
    if shape == "native" and is_chosen("profile"):
        print_shares("read", store, settings, f"/fhir/{name_of_a_task()}")
        print_shares("worklist of 20", store, settings, WORKLIST)
    if is_chosen("journal"):
        console.print(measure_journal(store, on_postgres=database.pid is not None))
    console.print(f"{syncs_a_second(folder):.0f} fdatasync of 8 kB a second on this disk")
    store.dispose()


def _measure_last(
    folder: Path, store: Store, settings: Settings, database: Database, shape: str
) -> tuple[dict[str, Measured], dict[str, Measured]]:
    with stage(folder, store, settings, shape, database.pid) as on, console.status("measuring"):
        return dict(measure_costs(on, shape, is_chosen)), dict(measure_paces(on, shape, is_chosen))


def _load(store: Store, shape: str, begin: int, size: int) -> None:
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task(f"loading {size} Tasks", total=size, completed=begin)
        if shape == "native":
            load(store, size, begin=begin, progress=lambda done: progress.update(bar, completed=done))
        else:
            load(store, TASKS_EACH)
            every = [range(owner, 200 * _PERSONS_EACH, 200) for owner in range(_OWNERS)]
            for persons in [range(number, number + 1) for number in (*PERSONS, LIVED)] + every:
                write_circle(store, range(max(persons.start, 200), persons.stop, 200) if LONG in persons else persons)
            for owner, persons in enumerate(every):
                write_tasks(store, persons, size // _OWNERS, prefix=f"peer{owner}")
                progress.update(bar, advance=size // _OWNERS)
    if not begin:
        write_notes(store, LIVED, name_of(0), DAYS)


def print_shares(name: str, store: Store, settings: Settings, path: str) -> None:
    """Print where a reading spends its time in the process."""
    # Its log keeps what standard output was when it began.
    with redirect_stdout(io.StringIO()):
        http = create_app(settings, store).test_client()
    headers = {"Authorization": f"Bearer {issue_token(store, CLIENT, SCOPES)}"}
    console.print(f"\nwhere a {name} spends its time, in the process:")
    for share, where in find_largest_shares(lambda: http.get(path, headers=headers)):
        console.print(f"{share:6.1%}  {where}")


def _print(
    title: str,
    costs: dict[str, Measured],
    paces: dict[str, Measured],
    numbers: dict[str, int],
    growth: dict[int, float],
) -> None:
    for heading, columns, rows in (
        (
            "CPU of all processes",
            ("hub, ms", "floor, ms", "ratio", "goal", "SQL statements", "another server, ms"),
            costs,
        ),
        ("many clients", ("a second", "p50, ms", "p99, ms"), paces),
    ):
        table = Table(f"{title}: {heading}", *columns)
        for name, measured in rows.items():
            words = list(measured.describe())
            if rows is costs:
                goal = f"≤ {GOALS[name]}" if name in GOALS else ""
                peer = f"{FIGURES[name].peer}" if name in FIGURES and "peer" in title else ""
                words += [goal, str(numbers.get(name, "")), peer]
            table.add_row(name, *words)
        if table.row_count:
            console.print(table)
    for size, ratio in growth.items():
        console.print(f"worklist of 5, {size} Tasks: {ratio / growth[SIZES[0]]:.2f} times the first (goal < {GROWTH})")
    if "peer" in title and any(name in FIGURES for name in costs):
        console.print(
            "another server: Medplum 5.0.2 as tests/bench/peer.py says, on one other machine: a note, no comparison"
        )


if __name__ == "__main__":
    main()
