"""The geometry of drawings: numbers in, coordinates out. Templates draw them as SVG with a table under each.

Coordinates are in units of the drawing's viewBox, from its upper left corner, rounded to a tenth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: its upper edge and length. `value` is None where the figure is suppressed."""

    label: str
    value: int | None
    top: float
    length: float


@dataclass(frozen=True)
class Point:
    """A place of a drawing, with the text that stands at it and on which side."""

    label: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: Anchor


@dataclass(frozen=True)
class Radar:
    """Axes around a centre. `rings` and `shapes` are closed paths, in the syntax of an SVG `d` attribute."""

    axes: tuple[Point, ...]
    rings: tuple[str, ...]
    shapes: tuple[str, ...]


@dataclass(frozen=True)
class StepLine:
    """Values over time as a line that moves in steps. `levels`: (label, height) of each level's line."""

    path: str
    points: tuple[Point, ...]
    levels: tuple[tuple[str, float], ...]


def draw_bars(rows: Sequence[tuple[str, int | None]], width: float = 300, step: float = 34) -> tuple[Bar, ...]:
    """Bars of at most `width`, one each `step`; a suppressed value has a bar of constant length, which tells nothing of it."""
    largest = max((value for _, value in rows if value is not None), default=0) or 1
    return tuple(
        Bar(label, value, index * step, width / 10 if value is None else _round(width * value / largest))
        for index, (label, value) in enumerate(rows)
    )


def draw_radar(
    axes: Sequence[str], series: Sequence[Sequence[float]], largest: float, centre: tuple[float, float], radius: float
) -> Radar:
    """A radar of values from 0 to `largest`, in four rings. ValueError when a series has not one value an axis."""
    if any(len(values) != len(axes) for values in series):
        raise ValueError("one value an axis is expected")
    angles = [2 * pi * index / len(axes) for index in range(len(axes))]
    return Radar(
        tuple(_point(label, angle, centre, (radius, radius), 11) for label, angle in zip(axes, angles, strict=True)),
        tuple(
            _close_path([_place(angle, centre, (radius * ring / 4,) * 2) for angle in angles]) for ring in (1, 2, 3, 4)
        ),
        tuple(
            _close_path(
                [
                    _place(angle, centre, (radius * value / largest,) * 2)
                    for angle, value in zip(angles, values, strict=True)
                ]
            )
            for values in series
        ),
    )


def draw_circle(members: Sequence[str], centre: tuple[float, float], radii: tuple[float, float]) -> tuple[Point, ...]:
    """Members around a person, evenly on an ellipse, the first at the top."""
    count = max(len(members), 1)
    return tuple(_point(member, 2 * pi * index / count, centre, radii, 16) for index, member in enumerate(members))


def draw_steps(
    values: Sequence[tuple[str, int]], levels: Sequence[tuple[str, int]], width: float = 240, step: float = 30
) -> StepLine:
    """Values in the order of time, evenly; `levels` from the top down, each a label and the value that it stands for.
    KeyError when a value is of no level."""
    heights = {value: 18 + index * step for index, (_, value) in enumerate(levels)}
    gap = width / max(len(values) - 1, 1)
    bottom = 18 + len(levels) * step
    points = tuple(
        Point(label, _round(64 + index * gap), heights[value], _round(64 + index * gap), bottom, "middle")
        for index, (label, value) in enumerate(values)
    )
    path = "".join(
        f"M{point.x:g} {point.y:g}" if index == 0 else f"H{point.x:g}V{point.y:g}" for index, point in enumerate(points)
    )
    return StepLine(path, points, tuple((label, heights[value]) for label, value in levels))


def _place(angle: float, centre: tuple[float, float], radii: tuple[float, float]) -> tuple[float, float]:
    """The place at `angle`, clockwise from the top; `radii`: sideways and upright."""
    return _round(centre[0] + radii[0] * sin(angle)), _round(centre[1] - radii[1] * cos(angle))


def _point(label: str, angle: float, centre: tuple[float, float], radii: tuple[float, float], gap: float) -> Point:
    x, y = _place(angle, centre, radii)
    side = sin(angle)
    anchor: Anchor = "middle" if abs(side) < 0.3 else ("start" if side > 0 else "end")
    text_x, text_y = _place(angle, centre, (radii[0] + gap, radii[1] + gap))
    return Point(label, x, y, text_x, text_y + 4, anchor)


def _close_path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places) + "Z"


def _round(value: float) -> float:
    return round(value, 1)
