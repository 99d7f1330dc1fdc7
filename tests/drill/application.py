"""The hub on a machine whose clock is wrong: as many seconds ahead as the file `DRILL_CLOCK` says at each look."""

from __future__ import annotations

import os
import time
from pathlib import Path

_FILE = Path(os.environ["DRILL_CLOCK"])
_time, _time_ns = time.time, time.time_ns


def get_shifted_time() -> float:
    return _time() + float(_FILE.read_text())


def get_shifted_time_ns() -> int:
    return _time_ns() + round(float(_FILE.read_text()) * 1e9)


time.time, time.time_ns = get_shifted_time, get_shifted_time_ns

from wsgi import app  # noqa: E402 - after the clock

__all__ = ["app"]
