"""The burden of a caregiver by Zarit's 22 questions: 0 to 88 points in four levels (Zarit, Reever and Bach-Peterson 1980).

The questions are protected and not published here; anyone may add up the points.
"""

from __future__ import annotations

from collections.abc import Sequence

QUESTIONS = 22
MAX_POINTS = 4  # points of one answer
# The most points of each level: none or light, light to moderate, moderate to severe, severe.
_LEVELS = ((20, "none"), (40, "light"), (60, "moderate"), (QUESTIONS * MAX_POINTS, "severe"))


def get_band(points: Sequence[int]) -> str:
    """Return the level of 22 answers of 0 to 4 points: none, light, moderate or severe. ValueError for other answers."""
    if len(points) != QUESTIONS or not all(type(answer) is int and 0 <= answer <= MAX_POINTS for answer in points):
        raise ValueError("Zarit: 22 answers of 0 to 4 points")
    total = sum(points)
    return next(level for most, level in _LEVELS if total <= most)
