"""The folder where the workers of one server keep their metrics, which prometheus_client maps into their memory.

A mapped page that finds no room on its disk kills the process that writes to it (SIGBUS), whatever it was answering. So the
folder is in memory where the machine has a tmpfs, and not next to the record.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is made by mkdtemp, for this account alone


def make_metrics_folder(var: Path, address: str) -> Path:
    """Make an empty folder for the server that listens at `address`, and delete what an earlier run of it left.

    `var`: the hub's own folder, which is taken where there is no shared memory."""
    parent = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK | os.X_OK) else var
    parent.mkdir(parents=True, exist_ok=True)
    prefix = f"hub-metrics-{re.sub(r'[^0-9A-Za-z.]+', '-', address)}-"
    for former in parent.glob(f"{prefix}*"):
        if former.lstat().st_uid == os.geteuid():
            shutil.rmtree(former, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
