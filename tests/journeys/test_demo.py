"""The first command that a newcomer runs (`docs/contract.md` §1), as a newcomer runs it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`HUB_VAR` of the demo."""
    return tmp_path_factory.mktemp("demo") / "var"


@pytest.fixture(scope="module")
def first(var: Path) -> str:
    """The output of the first run, with an empty folder."""
    return _demo(var)


def _demo(var: Path) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    process = subprocess.run(
        [sys.executable, "-m", "hub", "demo", "--once"],
        cwd=ROOT,
        env=environment | {"HUB_ENV": "demo", "HUB_VAR": str(var), "PORT": str(port), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return process.stdout


def test_one_referral_from_each_adapter_as_each_role_sees_it_and_the_same_again(first, var):
    second = _demo(var)
    for output in (first, second):
        assert re.search(r"^ready http://127\.0\.0\.1:\d+$", output, re.MULTILINE)
        assert "MSA|AA|VALOMBRE-2026-0042" in output
        assert "HTTP 201" in output
        assert "HTTP 200 1 accepted, 1 refused" in output or "HTTP 200 1 duplicate, 1 refused" in output
        for reader in ("gestionnaire de cas", "guichet", "SSIAD", "aide à domicile", "CMP", "équipe APA"):
            assert output.count(f"   {reader} ") == 3
    assert second.count("déjà orientée") == 3
    # Home help sees where to go and what to do, not the person's diagnoses.
    slices = [line for line in first.splitlines() if "aide à domicile" in line]
    assert all("birthDate" not in line and "address" in line and "name" in line for line in slices)


def test_a_token_is_alone_on_its_line(first, var):
    assert "ready" in first
    environment = os.environ | {"HUB_ENV": "demo", "HUB_VAR": str(var)}
    words = [sys.executable, "-m", "hub", "token", "demo-ssiad"]
    process = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", process.stdout)
