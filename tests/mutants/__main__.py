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

from tests.contracts.cases import cases
from tests.mutants import MUTANTS, WORLDS
from tests.mutants.kills import CASES

ROOT = Path(__file__).parents[2]
_WORLDS = "tests/contracts/test_mutants.py"


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
    wanted = set() if every else {number for number, named in CASES.items() if named == fault}
    nodes = {case.node for case in cases() if every or wanted & case.numbers or fault in case.kills}
    files = {node.partition("::")[0] for node in nodes}
    worlds = fault in WORLDS and "HUB_MUTANT_NO_WORLDS" not in os.environ
    if not files and not worlds:
        return Outcome(fault, (), (), 0.0, "no test is there for it")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        report = Path(home) / "report.json"
        environment = os.environ | {
            "HUB_MUTANT": fault,
            "HUB_MUTANT_CASES": "every" if every else ",".join(map(str, sorted(wanted))),
            "HUB_MUTANT_REPORT": str(report),
        }
        command = [sys.executable, "-m", "pytest", "-n0", "-p", "tests.mutants.plugin", "--tb=line"]
        ran = subprocess.run(
            [*command, *sorted(files | ({_WORLDS} if worlds else set()))],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = json.loads(report.read_text("utf-8")) if report.exists() else {"failed": {}, "claims": {}, "broken": []}
    failed = {int(number) for number in found["failed"]}
    by = [f"L{number:02d}" for number in sorted(failed & wanted if wanted else failed)]
    by += [node.rpartition("::")[2] for node, noticed in found["claims"].items() if noticed]
    by += ["worlds"] if found.get("worlds") else []
    not_by = [f"L{number:02d}" for number in sorted(wanted - failed)]
    not_by += [node.rpartition("::")[2] for node, noticed in found["claims"].items() if not noticed]
    not_by += ["worlds"] if worlds and not found.get("worlds") else []
    not_by += [] if by else [f"broken: {node}" for node in found["broken"]]
    return Outcome(fault, tuple(by), tuple(not_by), time.monotonic() - started, ran.stdout)


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
