"""SMART's fhirclient, fhir-kit-client and @medplum/core on a running hub (`clients.mjs`). `make clients` installs them."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.foreign.conftest import FOLDER, Running

pytestmark = pytest.mark.xdist_group("running")


def test_javascript_clients_do_everything_without_a_workaround(node: str, running: Running) -> None:
    environment = os.environ | {"HUB_FHIR": running.fhir, "HUB_TOKEN": running.token}
    ran = subprocess.run(
        [node, "clients.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("read, search with paging, create, update, patch, transaction, history") == 3
