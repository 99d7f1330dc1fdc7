"""The first command that a newcomer runs (`docs/contract.md` §1), as a newcomer runs it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
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


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _make_environment(var: Path, port: int) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return environment | {"HUB_ENV": "demo", "HUB_VAR": str(var), "PORT": str(port), "LC_ALL": "C.UTF-8"}


def _demo(var: Path) -> str:
    process = subprocess.run(
        [sys.executable, "-m", "hub", "demo", "--once"],
        cwd=ROOT,
        env=_make_environment(var, _find_port()),
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
        for reader in ("gestionnaire de cas", "guichet", "SSIAD", "aide à domicile", "CMP", "équipe APA"):
            assert output.count(f"   {reader} ") == 3
    # The demand of the table is left to decide, so that the table again is the same demand.
    assert second.count("déjà orientée") == 2
    assert "HTTP 200 1 accepted, 1 refused" in first
    assert "HTTP 200 1 duplicate, 1 refused" in second
    assert first.count("doit encore décider") == second.count("doit encore décider") == 1
    # A laboratory value and a stay with its number, read by the desk; a diagnosis in words, which it files.
    assert "Le guichet lit : Créatinine 142 micromole par litre (45-84)" in first
    assert "Le guichet lit : Encounter V-31 2026-11-10" in first
    assert "Le guichet classe : Idées noires depuis l'été, à évaluer → psychiatric (term: idees noires)" in first
    # Home help sees where to go and what to do, not the person's diagnoses.
    slices = [line for line in first.splitlines() if "aide à domicile" in line and "—" not in line]
    assert len(slices) == 2
    assert all("birthDate" not in line and "address" in line and "name" in line for line in slices)


def test_a_token_is_alone_on_its_line(first, var):
    assert "ready" in first
    environment = os.environ | {"HUB_ENV": "demo", "HUB_VAR": str(var)}
    words = [sys.executable, "-m", "hub", "token", "demo-ssiad"]
    process = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", process.stdout)


def test_a_record_of_an_earlier_version_is_carried_along(first, var, tmp_path):
    assert "ready" in first
    earlier = tmp_path / "var"
    shutil.copytree(var, earlier)
    with sqlite3.connect(next(earlier.rglob("hub.sqlite"))) as connection:
        connection.execute("UPDATE placement_pages SET fingerprint = ''")
        connection.execute("UPDATE index_rules SET fingerprint = ''")
    connection.close()
    assert "ready http://" in _demo(earlier)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing")
def test_the_readme_says_how_the_desk_reads_a_filing_and_takes_it_back(first, var):
    """The block of README, as it is written there, while the demo runs."""
    assert "Le guichet classe" in first
    section = (ROOT / "README.md").read_text("utf-8").split("## What to try next")[1].split("## Deploy")[0]
    block = next(block for block in section.split("```")[1::2] if "$file" in block)
    port = _find_port()
    environment = _make_environment(var, port)
    words = [sys.executable, "-m", "hub", "demo"]
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert any(line.startswith("ready http://") for line in demo.stdout)
            script = block.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace(".venv/bin/python", sys.executable)
            output = subprocess.run(
                ["bash", "-ec", script],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            ).stdout
        finally:
            demo.terminate()
    filed, restored = output.index('"name":"filed"'), output.index('"name":"unfiled"')
    assert filed < restored
    assert '"valueCode":"psychiatric"' in output[restored:]
    assert "term: idees noires" in output[restored:]
