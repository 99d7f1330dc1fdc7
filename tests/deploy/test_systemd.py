"""The units of `deploy/systemd`, as `systemd-analyze` reads them: no systemd runs in a container."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cli import COMMANDS
from tests.deploy.processes import ROOT

FOLDER = ROOT / "deploy" / "systemd"
SERVICES = sorted(path.name for path in FOLDER.glob("*.service"))
HUB = "/opt/maillage/.venv/bin/python -m hub "


@pytest.fixture(scope="module")
def analyze() -> str:
    if path := shutil.which("systemd-analyze"):
        return path
    pytest.skip("no systemd-analyze here: apt-get install systemd")


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with paths that exist on this machine."""
    folder = tmp_path_factory.mktemp("units")
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8").replace("/opt/maillage/.venv/bin/python", sys.executable)
        text = text.replace("/opt/maillage", str(ROOT)).replace("/etc/maillage/hub.env", str(ROOT / ".env.example"))
        (folder / path.name).write_text(text)
    return folder


def values(service: str, setting: str) -> list[str]:
    """What `setting` is given in the unit, in order."""
    return re.findall(rf"^{setting}=(.*)$", (FOLDER / service).read_text("utf-8"), re.MULTILINE)


def test_systemd_reads_the_units(analyze: str, units: Path) -> None:
    verified = subprocess.run(
        [analyze, "verify", "--man=no", *units.iterdir()], capture_output=True, text=True, check=False
    )
    # Nothing but the units of this machine is complained about.
    assert [line for line in verified.stderr.splitlines() if "maillage" in line] == []
    assert verified.returncode == 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_exposed_to_little(analyze: str, units: Path, service: str) -> None:
    """Of 10; a unit without any option has 9.6."""
    judged = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=15", units / service],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout


def test_the_server_and_the_worker_have_accounts_of_their_own() -> None:
    assert values("maillage.service", "User") == ["maillage"]
    assert values("maillage-worker.service", "User") == ["maillage-worker"]


@pytest.mark.parametrize("service", SERVICES)
def test_keys_come_by_credential_alone(service: str) -> None:
    assert "seal.key:/etc/maillage/credentials/seal.key" in values(service, "LoadCredential")
    environment = shlex.split(" ".join(values(service, "Environment")))
    assert "HUB_SEAL_KEY_FILE=%d/seal.key" in environment
    assert not [name for name in environment if name.startswith(("HUB_SEAL_KEY=", "HUB_DATABASE_URL=", "PGPASSWORD="))]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_a_command_of_the_hub(service: str) -> None:
    (line,) = values(service, "ExecStart")
    assert HUB in line
    assert line.partition(HUB)[2].split()[0] in {command.name for command in COMMANDS}


def test_a_timer_has_its_service() -> None:
    for timer in FOLDER.glob("*.timer"):
        assert timer.with_suffix(".service").name in SERVICES
