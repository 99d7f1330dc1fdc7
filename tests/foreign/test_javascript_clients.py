"""SMART's fhirclient, fhir-kit-client and @medplum/core on a running hub (`clients.mjs`). `make clients` installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.foreign.conftest import Running

FOLDER = Path(__file__).parent
pytestmark = pytest.mark.xdist_group("running")


@pytest.fixture
def node() -> str:
    """The interpreter, once the clients are there. Asked for first: nothing is started for tests that are skipped."""
    found = shutil.which("node")
    if found is not None and (FOLDER / "node_modules").is_dir():
        return found
    reason = "JavaScript clients are not installed: `make clients` gets them (node and npm needed)"
    if "node" in os.environ.get("HUB_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


def test_javascript_clients_do_everything_without_a_workaround(node: str, running: Running) -> None:
    environment = os.environ | {"HUB_FHIR": running.fhir, "HUB_TOKEN": running.token}
    ran = subprocess.run(
        [node, "clients.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("read, search with paging, create, update, patch, transaction, history") == 3
