"""`python -m tests.mutants [part of a name …]`: each fault against the cases that it is there for, and by which it is noticed.

Ends with 1 when a fault is noticed by none, or when a case lets the fault pass that it is said to fail for. `--all`: against
every case of the list, to see who else notices.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contracts.cases import ALL, cases
from tests.mutants import MUTANTS, WORLDS
from tests.mutants.kills import CASES

ROOT = Path(__file__).parents[2]
_PROGRAMS = "tests/contracts/test_mutants.py"


@dataclass(frozen=True)
class Outcome:
    """What became of a fault. `by`: who noticed it; `not_by`: who is said to, and did not."""

    fault: str
    by: tuple[str, ...]
    not_by: tuple[str, ...]
    seconds: float
    said: str

    @property
    def killed(self) -> bool:
        return bool(self.by) and not self.not_by


def tried(fault: str, every: bool) -> Outcome:
    """Run what should notice `fault`."""
    wanted = set(ALL) if every else {number for number, named in CASES.items() if named == fault}
    files = {case.node.partition("::")[0] for case in cases() if wanted & case.numbers or fault in case.kills}
    if fault in WORLDS:
        files.add(_PROGRAMS)
    if not files:
        return Outcome(fault, (), (), 0.0, "no test is there for it")
    started = time.monotonic()
    found, said = _run(fault, wanted, files)
    failed = {int(number) for number in found["failed"]}
    claims = {node.rpartition("::")[2]: noticed for node, noticed in found["claims"].items()}
    by = [f"L{number:02d}" for number in sorted(failed & wanted)] + [name for name in claims if claims[name]]
    not_by = [] if every else [f"L{number:02d}" for number in sorted(wanted - failed)]
    not_by += [name for name in claims if not claims[name]]
    if fault in WORLDS:
        (by if found["worlds"] else not_by).append("worlds")
    not_by += [] if by else [f"broken: {node}" for node in found["broken"]]
    return Outcome(fault, tuple(by), tuple(not_by), time.monotonic() - started, said)


def _run(fault: str, wanted: set[int], files: set[str]) -> tuple[dict[str, Any], str]:
    """What the plugin reports, and what pytest says."""
    with tempfile.TemporaryDirectory() as home:
        report = Path(home) / "report.json"
        environment = os.environ | {
            "HUB_MUTANT": fault,
            "HUB_MUTANT_CASES": ",".join(map(str, sorted(wanted))),
            "HUB_MUTANT_REPORT": str(report),
        }
        command = [sys.executable, "-m", "pytest", "-n0", "-p", "tests.mutants.plugin", "--tb=line", *sorted(files)]
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if not report.exists():
            return {"failed": {}, "claims": {}, "broken": ["pytest itself"], "worlds": False}, ran.stdout + ran.stderr
        return json.loads(report.read_text("utf-8")), ran.stdout


def outcomes(faults: list[str], every: bool) -> Iterator[Outcome]:
    """Those of `faults`, two at a time, as they come."""
    with ThreadPoolExecutor(int(os.environ.get("HUB_MUTANT_JOBS", "2"))) as pool:
        for done in as_completed([pool.submit(tried, fault, every) for fault in faults]):
            yield done.result()


def main(arguments: list[str]) -> int:
    every, loud = "--all" in arguments, "--loud" in arguments
    parts = [one for one in arguments if not one.startswith("--")]
    faults = [fault for fault in MUTANTS if not parts or any(part in fault for part in parts)]
    bad = 0
    for found in outcomes(faults, every):
        bad += not found.killed
        left = f"  NOT BY {', '.join(found.not_by)}" if found.not_by else "" if found.by else "  SURVIVES"
        print(f"{found.seconds:6.1f} s  {found.fault}: {', '.join(found.by)}{left}", flush=True)
        if loud or not found.killed:
            print("\n".join(found.said.splitlines()[-12:]), flush=True)
    print(f"{len(faults) - bad} of {len(faults)} faults are noticed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
