"""SMART's fhirclient, fhir-kit-client and @medplum/core on a running hub (`clients.mjs`). `make clients` installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.foreign.conftest import Running

FOLDER = Path(__file__).parent


def test_javascript_clients_do_everything_without_a_workaround(running: Running) -> None:
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        reason = "JavaScript clients are not installed: `make clients` gets them (node and npm needed)"
        if "node" in os.environ.get("HUB_REQUIRE", "").split(","):
            pytest.fail(reason)
        pytest.skip(reason)
    environment = os.environ | {"HUB_FHIR": running.fhir, "HUB_TOKEN": running.token}
    ran = subprocess.run(
        ["node", "clients.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("read, search with paging, create, update, patch, transaction, history") == 3
