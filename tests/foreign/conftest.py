"""A hub that runs as `make demo` runs it, for clients that others wrote, and the interpreter of JavaScript."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.server import free_port

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Running:
    """`fhir`: the base; `token`: of the client `demo-dac`, with which foreign clients are tried."""

    fhir: str
    token: str


@pytest.fixture
def node() -> str:
    """The interpreter, once `package.json` is installed. Asked for first: nothing is started for tests that are skipped."""
    interpreter = shutil.which("node")
    if interpreter is not None and (FOLDER / "node_modules").is_dir():
        return interpreter
    reason = "JavaScript programs are not installed: `make clients` gets them (node and npm needed)"
    if "node" in os.environ.get("HUB_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demonstration, until the last test is done."""
    var, port = tmp_path_factory.mktemp("foreign"), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"HUB_ENV": "demo", "HUB_VAR": str(var), "PORT": str(port)}
    with (var / "demo.log").open("w+", encoding="utf-8") as log:
        words = [sys.executable, "-u", "-m", "hub"]
        demo = subprocess.Popen([*words, "demo"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(demo, var / "demo.log")
            said = subprocess.run(
                [*words, "token", "demo-dac"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
            )
            yield Running(f"http://127.0.0.1:{port}/fhir", said.stdout.strip())
        finally:
            demo.terminate()
            demo.wait(timeout=30)


def _wait(demo: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if "\nready http" in log.read_text(encoding="utf-8"):
            return
        try:
            demo.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])
