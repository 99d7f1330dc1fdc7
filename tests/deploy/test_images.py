"""The Dockerfile and the compose file: what they name exists. CI has no builder, so nothing is built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.cli import COMMANDS
from hub.settings.environment import NAMES
from tests.deploy.processes import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
# What the operator makes beside the compose file.
MADE_BY_THE_OPERATOR = {"./tls", "./secrets", "hub.env"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def sources() -> list[str]:
    """What the Dockerfile copies from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return sorted({name for line in lines for name in line.split()[:-1]})


def test_what_is_copied_is_let_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(sources()) == allowed
    assert [name for name in sources() if not (ROOT / name).exists()] == []


def test_the_hub_runs_from_what_is_copied(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    for name in sources():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, code / name)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "PYTHON"))}
    environment |= {"HUB_ENV": "demo", "HUB_VAR": str(tmp_path / "var"), "PYTHONDONTWRITEBYTECODE": "1"}
    for words in (["-m", "hub", "init"], ["-c", "import wsgi"], ["-m", "hub", "worker", "--once"]):
        done = subprocess.run(
            [sys.executable, *words], cwd=code, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_the_image_has_the_python_that_the_locks_are_for() -> None:
    (lock,) = set(re.findall(r"--python-version (\S+)", (ROOT / "Makefile").read_text("utf-8")))
    assert set(re.findall(r"^FROM python:(\d+\.\d+)-", DOCKERFILE, re.MULTILINE)) == {lock}


def test_every_command_is_one_of_the_hub(compose: dict[str, Any]) -> None:
    commands = [service["command"] for service in compose["services"].values() if "command" in service]
    commands.append(["serve"])
    assert f'CMD ["{commands[-1][0]}"]' in DOCKERFILE
    assert {words[0] for words in commands} <= {command.name for command in COMMANDS}


def test_every_setting_is_one_of_the_hub(compose: dict[str, Any]) -> None:
    names = {*compose["x-hub"]["environment"], *re.findall(r"\b(HUB_\w+)=", DOCKERFILE)}
    assert {name for name in names if name.startswith("HUB_")} <= set(NAMES)


def test_every_file_that_is_mounted_exists(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    files = [mount.partition(":")[0] for mount in mounts if mount.startswith(".")]
    files += [secret["file"] for secret in compose["secrets"].values()]
    assert files
    for file in files:
        assert (DEPLOY / file).exists() or any(file.startswith(name) for name in MADE_BY_THE_OPERATOR), file


def test_only_nginx_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "hub": ["443:443", "80:80"]
    }
    assert services["nginx"]["network_mode"] == "service:hub"
    assert "HUB_HOST" not in services["hub"]["environment"]
    assert compose["networks"]["inside"] == {"internal": True}
