"""The number by which a run of the suite draws the looks of pages that it judges (`tests/pages/chosen_looks.py`)."""

from __future__ import annotations

import os
import random

_NAME = "HUB_LOOKS"


def draw_number() -> str:
    """The number of this run: HUB_LOOKS, else one drawn now, which processes that begin later take over."""
    return os.environ.setdefault(_NAME, str(random.randrange(10_000)))
