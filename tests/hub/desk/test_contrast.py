"""Every pair of colours that carries text or a meaning is measured, light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[3] / "hub" / "desk" / "styles" / "tokens.css").read_text("utf-8")
TEXT = """
ink paper, ink surface, ink sunken, ink accent-soft, ink soon-soft, ink late-soft, ink wait-soft, ink ok-soft, ink-2 paper,
ink-2 surface, ink-2 sunken, ink-2 accent-soft, ink-2 soon-soft, ink-2 voice-soft, accent paper, accent surface,
accent sunken, accent accent-soft, accent soon-soft, accent late-soft, accent wait-soft, accent ok-soft, accent voice-soft,
on-accent accent, on-accent accent-hover, late surface, late late-soft, late sunken, on-late late, soon surface,
soon soon-soft, ok surface, ok ok-soft, ok paper, ok accent-soft, wait surface, wait wait-soft, wait accent-soft,
closed surface, closed closed-soft, closed accent-soft, voice surface, voice voice-soft, voice accent-soft,
sealed sealed-soft
"""
LINES = """
line-strong surface, line-strong paper, focus paper, focus surface, focus accent-soft, v-qui surface, v-vie surface,
v-auto surface, v-soin surface, v-plan surface
"""
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")


def read_block(selector: str) -> dict[str, str]:
    """The custom properties of one rule of the sheet, as they are written."""
    body = SHEET[SHEET.index(selector) :].partition("{")[2].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", body))


LIGHT = {name: value for name, value in read_block(":root {").items() if value.startswith("#")}
DARK = {name: value for name, value in read_block(':root[data-scheme="dark"] {').items() if value.startswith("#")}


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (LINES, 3)], ids=["text", "lines"])
def test_contrast_is_enough(colours: dict[str, str], pairs: str, least: float) -> None:
    measured = {pair.strip(): contrast(*(colours[name] for name in pair.split())) for pair in pairs.split(",")}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < least} == {}


def test_dark_by_choice_and_dark_by_the_device_are_the_same() -> None:
    assert read_block(':root:not([data-scheme="light"])') == read_block(':root[data-scheme="dark"] {')
    assert DARK.keys() == LIGHT.keys()


def test_no_other_sheet_names_a_colour_but_for_paper() -> None:
    folder = Path(__file__).parents[3] / "hub" / "desk" / "styles"
    ours = [path for path in folder.glob("*.css") if path.name not in {"bootstrap.css", "tokens.css", "modes.css"}]
    assert {path.name: re.findall(r"#[0-9a-f]{3,8}\b", path.read_text("utf-8")) for path in ours} == {
        path.name: [] for path in ours
    }
