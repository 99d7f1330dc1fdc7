"""The geometry of drawings, and that a masked figure is not in it."""

from __future__ import annotations

import pytest

from hub.desk.figures import draw_bars, draw_circle, draw_radar, draw_steps


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    assert [(bar.top, bar.length) for bar in draw_bars([("a", 20), ("b", 5), ("c", 0)], width=300)] == [
        (0, 300),
        (34, 75),
        (68, 0),
    ]
    assert draw_bars([]) == ()


def test_a_masked_bar_is_the_same_whatever_it_hides() -> None:
    """Its length depends on no value, and the longest bar on no masked one."""
    [_, masked] = draw_bars([("a", 20), ("b", None)])
    assert (masked.value, masked.length) == (None, 30)
    assert draw_bars([("a", 1000), ("b", None)])[1] == masked


def test_a_radar_has_its_first_axis_at_the_top() -> None:
    radar = draw_radar(["a", "b", "c", "d"], [[4, 0, 2, 1]], 4, (100, 100), 80)
    assert [(point.x, point.y) for point in radar.axes] == [(100, 20), (180, 100), (100, 180), (20, 100)]
    assert [point.anchor for point in radar.axes] == ["middle", "start", "middle", "end"]
    assert radar.shapes == ("M100 20L100 100L100 140L80 100Z",)
    assert len(radar.rings) == 4
    with pytest.raises(ValueError, match="one value an axis"):
        draw_radar(["a", "b", "c"], [[1, 2]], 4, (0, 0), 1)


def test_members_stand_around_the_person() -> None:
    top, right, bottom, left = draw_circle(["a", "b", "c", "d"], (160, 100), (90, 70))
    assert [(point.x, point.y) for point in (top, right, bottom, left)] == [
        (160, 30),
        (250, 100),
        (160, 170),
        (70, 100),
    ]
    assert draw_circle([], (0, 0), (1, 1)) == ()


def test_a_score_goes_down_in_steps() -> None:
    line = draw_steps([("avril", 6), ("mars", 5), ("nov.", 5)], [("GIR 6", 6), ("GIR 5", 5)])
    assert line.path == "M64 18H184V48H304V48"
    assert line.levels == (("GIR 6", 18), ("GIR 5", 48))
    with pytest.raises(KeyError):
        draw_steps([("avril", 3)], [("GIR 6", 6)])
