"""The burden of a caregiver by Zarit's 22 questions: 0 to 88 points in four levels (Zarit, Reever and Bach-Peterson 1980).

The questions are not ours to publish; the points are free to add up.
"""

from __future__ import annotations

from collections.abc import Sequence

QUESTIONS = 22
MOST = 4  # points of one answer
# The most points of each level: none or light, light to moderate, moderate to severe, severe.
_LEVELS = ((20, "none"), (40, "light"), (60, "moderate"), (QUESTIONS * MOST, "severe"))


def get_band(points: Sequence[int]) -> str:
    """The level of 22 answers of 0 to 4 points: none, light, moderate or severe. ValueError when they are not that."""
    if len(points) != QUESTIONS or not all(type(one) is int and 0 <= one <= MOST for one in points):
        raise ValueError("Zarit: 22 answers of 0 to 4 points")
    total = sum(points)
    return next(level for most, level in _LEVELS if total <= most)
