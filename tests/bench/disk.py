"""How often a second this disk makes a write durable: without it, referrals a second compare with nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path


def syncs_a_second(folder: Path, seconds: float = 1.0) -> float:
    """Overwrites of 8 kB, each followed by fdatasync, in a file of `folder`."""
    path = folder / "syncs"
    block = os.urandom(8192)
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        done, began = 0, time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            os.pwrite(handle, block, 0)
            os.fdatasync(handle)
            done += 1
        return done / passed
    finally:
        os.close(handle)
        path.unlink()
