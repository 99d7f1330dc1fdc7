"""The levels of a caregiver's burden, at their ends."""

from __future__ import annotations

from typing import Any

import pytest

from hub.instruments.zarit import get_band


def points(total: int) -> list[int]:
    """22 answers that add up to `total`."""
    return [min(4, max(0, total - 4 * rank)) for rank in range(22)]


@pytest.mark.parametrize(
    ("total", "level"),
    [
        *((0, "none"), (20, "none"), (21, "light"), (40, "light")),
        *((41, "moderate"), (60, "moderate"), (61, "severe"), (88, "severe")),
    ],
)
def test_a_level_by_its_points(total: int, level: str) -> None:
    assert sum(points(total)) == total
    assert get_band(points(total)) == level


@pytest.mark.parametrize("answers", [[], [0] * 21, [0] * 23, [0] * 21 + [5], [0] * 21 + [-1], [0] * 21 + [True]])
def test_what_is_no_answer_to_the_22_has_no_level(answers: list[Any]) -> None:
    with pytest.raises(ValueError, match="22"):
        get_band(answers)
