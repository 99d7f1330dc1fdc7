"""`python -m tests.drill [sqlite] [postgres]`: prints what became of what was sent in each scenario.

Ends with 1 when anything was lost, doubled, torn or invisible, when a hub did not recover by itself, or when `/readyz` was 200
while writes failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.drill.scenarios import SCENARIOS, Impossible
from tests.drill.stage import Outcome, open_stage
from tests.postgres import NoPostgres

_ROW = "{:<42} {:>12} {:>5} {:>8} {:>5} {:>10} {:>9}  {}"
_DISK = "64m"


@contextmanager
def mount_disk(folder: Path) -> Iterator[Path]:
    """A small file system in `folder`, or the folder itself where this account may not mount one."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
    is_mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    try:
        yield folder
    finally:
        if is_mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def play(database: str) -> Iterator[Outcome | str]:
    """Play each scenario on `database`; gives its outcome, or what is missing here to play it."""
    with tempfile.TemporaryDirectory(prefix="hub-drill-", ignore_cleanup_errors=True) as home:
        folder = Path(home)
        # PostgreSQL runs under an account of its own.
        folder.chmod(0o755)
        with mount_disk(folder / "disk") as var, open_stage(folder, database, var) as stage:
            stage.open_hub()
            for scenario in SCENARIOS[database]:
                try:
                    yield scenario(stage)
                except Impossible as reason:
                    yield f"{scenario.__doc__} Not played: {reason}"


def main(databases: list[str]) -> int:
    """Play and print; 1 when an outcome is bad."""
    is_good = True
    print(_ROW.format("", "acknowledged", "lost", "doubled", "torn", "invisible", "recovery", ""))
    for database in databases or ["sqlite", "postgres"]:
        try:
            for outcome in play(database):
                if isinstance(outcome, str):
                    print(f"{database}: {outcome}", flush=True)
                    continue
                is_good = is_good and outcome.is_good
                counts = outcome.acknowledged, outcome.lost, outcome.doubled, outcome.torn, outcome.invisible
                note = (
                    "" if outcome.unready is None else "not ready meanwhile" if outcome.unready else "READY MEANWHILE"
                )
                name = f"{database}: {outcome.scenario}"
                print(_ROW.format(name, *counts, f"{outcome.recovery:.1f} s", note), flush=True)
        except NoPostgres as reason:
            print(f"{database}: not played: {reason}")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
