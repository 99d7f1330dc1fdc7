"""The sections (volets) of the record and their places, each place one bit (`docs/parts.md` 1–2).

A *place* is a section's `detail`, written `medical`, or one of its extracts, written `medical.flags`. A *mask* is an OR of
places. `ALONE` is a bit that no grant ever has: a thing behind it is seen by a stake or by its holder alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

CONFIG = Path(__file__).resolve().parents[2] / "config"

ALONE = 1 << 61


@dataclass(frozen=True)
class Section:
    """`extracts`: name → what it shows, in French. `column`, `own_column`: of the policy matrix; "" when it has none."""

    name: str
    french: str
    column: str
    own_column: str
    by_domain: bool
    extracts: dict[str, str]


@dataclass(frozen=True)
class Sections:
    """All sections, in order, and the bit of each place; the activity domains, their bits and the section each speaks of."""

    all: tuple[Section, ...]
    bits: dict[str, int]
    domains: dict[str, int]
    spoken_of: dict[str, str]

    def place(self, name: str) -> int:
        """The mask of one place; KeyError when `sections.toml` has no such place: start-up stops on it."""
        return self.bits[name]

    def places(self, names: Iterable[str]) -> int:
        """The OR of several places."""
        mask = 0
        for name in names:
            mask |= self.bits[name]
        return mask

    def whole(self, name: str) -> int:
        """The detail of a section and all its extracts."""
        section = self[name]
        return self.places([section.name, *(f"{section.name}.{extract}" for extract in section.extracts)])

    def entry(self, name: str) -> int:
        """What says that a section has anything at all: its first extract, or its detail when it has none."""
        for extract in self[name].extracts:
            return self.bits[f"{name}.{extract}"]
        return self.bits[name]

    @cached_property
    def limited(self) -> int:
        """The places of the sections that may be limited to activity domains."""
        return sum(self.whole(section.name) for section in self.all if section.by_domain)

    def names(self, mask: int) -> list[str]:
        """The places of a mask, in order, for people."""
        return [name for name, bit in self.bits.items() if mask & bit]

    def __getitem__(self, name: str) -> Section:
        for section in self.all:
            if section.name == name:
                return section
        raise KeyError(name)


def read_sections(text: str) -> Sections:
    """The sections of a `sections.toml`. ValueError when two places share a name or there are more than 61."""
    table = tomllib.loads(text)
    found = tuple(
        Section(
            name=entry["name"],
            french=entry["french"],
            column=entry.get("column", ""),
            own_column=entry.get("own_column", ""),
            by_domain=entry.get("by_domain", False),
            extracts=dict(entry["extracts"]),
        )
        for entry in table["section"]
    )
    names = [name for section in found for name in [section.name, *(f"{section.name}.{e}" for e in section.extracts)]]
    if len(set(names)) != len(names) or len(names) > 60:
        raise ValueError("sections.toml: a place is named twice, or there are more than 60 places")
    spoken_of: dict[str, str] = table["domains"]
    if not set(spoken_of.values()) - {""} <= {section.name for section in found}:
        raise ValueError("sections.toml: a domain speaks of an unknown section")
    return Sections(
        found,
        {name: 1 << index for index, name in enumerate(names)},
        {code: 1 << index for index, code in enumerate(spoken_of)},
        spoken_of,
    )


@cache
def sections() -> Sections:
    """The sections of `config/sections.toml`."""
    return read_sections((CONFIG / "sections.toml").read_text(encoding="utf-8"))
