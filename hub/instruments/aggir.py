"""AGGIR: the group (GIR) of a person from eight of its variables, by the one calculation of the law (CASF R232-3, annexe 2-2).

The result is that of the law even where it surprises: a worse value of one variable may give a better group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Those that weigh. Outdoor moves and communication are coded too and weigh nothing.
VARIABLES = (
    "coherence",
    "orientation",
    "toilette",
    "habillage",
    "alimentation",
    "elimination",
    "transferts",
    "interieur",
)
MODALITIES = frozenset("ABC")


@dataclass(frozen=True)
class Score:
    """`rank`: one of thirteen; `total`: the sum that reached it; `gir`: the group, 1 (needs most help) to 6."""

    rank: int
    total: int
    gir: int


@dataclass(frozen=True)
class _Group:
    """One of the eight steps. Weights of the modalities C and B by variable (A weighs 0); (threshold, rank), highest first."""

    c: tuple[int, ...]
    b: tuple[int, ...]
    ranks: tuple[tuple[int, int], ...]


_GROUPS = (
    _Group((2000, 1200, 40, 40, 60, 100, 800, 200), (0, 0, 16, 16, 20, 16, 120, 32), ((4380, 1), (4140, 2), (3390, 3))),
    _Group((1500, 1200, 40, 40, 60, 100, 800, -80), (320, 120, 16, 16, 0, 16, 120, -40), ((2016, 4),)),
    _Group((0, 0, 40, 40, 60, 160, 1000, 400), (0, 0, 16, 16, 20, 20, 200, 40), ((1700, 5), (1432, 6))),
    _Group((0, 0, 0, 0, 2000, 400, 2000, 200), (0, 0, 0, 0, 200, 200, 200, 0), ((2400, 7),)),
    _Group((400, 400, 400, 400, 400, 800, 800, 200), (0, 0, 100, 100, 100, 100, 100, 0), ((1200, 8),)),
    _Group((200, 200, 500, 500, 500, 500, 500, 200), (100, 100, 100, 100, 100, 100, 100, 0), ((800, 9),)),
    _Group((150, 150, 300, 300, 500, 500, 400, 200), (0, 0, 200, 200, 200, 200, 200, 100), ((650, 10),)),
    _Group(
        (0, 0, 3000, 3000, 3000, 3000, 1000, 1000), (0, 0, 2000, 2000, 2000, 2000, 2000, 1000), ((4000, 11), (2000, 12))
    ),
)
_LAST_RANK = 13
_GIR = {1: 1, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 3, 9: 3, 10: 4, 11: 4, 12: 5, 13: 6}


def score(modalities: Sequence[str]) -> Score:
    """Return the score of eight modalities (A, B or C) in the order of `VARIABLES`. ValueError for anything else."""
    if len(modalities) != len(VARIABLES) or not MODALITIES.issuperset(modalities):
        raise ValueError("AGGIR: eight modalities, each A, B or C")
    total = 0
    for group in _GROUPS:
        weights = {"A": (0,) * len(VARIABLES), "B": group.b, "C": group.c}
        total = sum(weights[modality][place] for place, modality in enumerate(modalities))
        for threshold, rank in group.ranks:
            if total >= threshold:
                return Score(rank, total, _GIR[rank])
    return Score(_LAST_RANK, total, _GIR[_LAST_RANK])
