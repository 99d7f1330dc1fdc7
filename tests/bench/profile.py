"""Where the time of a request goes in the process: its five largest shares by function."""

from __future__ import annotations

import cProfile
import io
import pstats
from collections.abc import Callable
from pathlib import Path

_REQUESTS = 200


def find_largest_shares(ask: Callable[[], object], most: int = 5) -> list[tuple[float, str]]:
    """(share of the whole, function) of the functions in which `ask` itself spends most, callees not counted."""
    for _ in range(20):
        ask()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(_REQUESTS):
        ask()
    profile.disable()
    stats = pstats.Stats(profile, stream=io.StringIO())
    whole: float = stats.total_tt  # type: ignore[attr-defined]
    spent = {where: numbers[2] for where, numbers in stats.stats.items()}  # type: ignore[attr-defined]
    largest = sorted(spent, key=lambda where: -spent[where])[:most]
    return [(spent[where] / whole, _told(*where)) for where in largest]


def _told(path: str, line: int, function: str) -> str:
    return function if path == "~" else f"{function}  {'/'.join(Path(path).parts[-2:])}:{line}"
