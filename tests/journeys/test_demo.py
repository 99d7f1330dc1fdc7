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
    """Where the demonstration keeps what it makes."""
    return tmp_path_factory.mktemp("demo") / "var"


@pytest.fixture(scope="module")
def first(var: Path) -> str:
    """What it says when it is started where nothing is."""
    return _demo(var)


def _demo(var: Path) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    ran = subprocess.run(
        [sys.executable, "-m", "hub", "demo", "--once"],
        cwd=ROOT,
        env=environment | {"HUB_ENV": "demo", "HUB_VAR": str(var), "PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return ran.stdout


def test_one_referral_from_each_adapter_as_each_role_sees_it_and_the_same_again(first, var):
    second = _demo(var)
    for told in (first, second):
        assert re.search(r"^ready http://127\.0\.0\.1:\d+$", told, re.MULTILINE)
        assert "MSA|AA|VALOMBRE-2026-0042" in told
        assert "HTTP 201" in told
        assert "HTTP 200 1 accepted, 1 refused" in told or "HTTP 200 1 duplicate, 1 refused" in told
        for looker in ("gestionnaire de cas", "guichet", "SSIAD", "aide à domicile", "CMP", "équipe APA"):
            assert told.count(f"   {looker} ") == 3
    assert second.count("déjà orientée") == 3
    # The home help is told where to go and what to do, not what the person suffers from.
    slices = [line for line in first.splitlines() if "aide à domicile" in line]
    assert all("birthDate" not in line and "address" in line and "name" in line for line in slices)


def test_a_token_for_a_shell_stands_alone_on_a_line(first, var):
    assert "ready" in first
    environment = os.environ | {"HUB_ENV": "demo", "HUB_VAR": str(var)}
    words = [sys.executable, "-m", "hub", "token", "demo-ssiad"]
    ran = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", ran.stdout)
