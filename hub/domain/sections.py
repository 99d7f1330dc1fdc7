"""The sections (volets) of the record and their places, each place one bit (`docs/parts.md` 1–2).

A *place* is a section's `detail`, written `medical`, or one of its extracts, written `medical.flags`. A *mask* is an OR of
places. `ALONE` is a bit that no grant ever has: what needs it is open to a stake or to its holder alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from hub.domain.config_pages import Flag, PageSchema, load_page, read_config

PAGE = "sections.toml"

ALONE = 1 << 61
MAX_PLACES = 60


@dataclass(frozen=True)
class Section:
    """One section. `extracts`: name → what it shows, in French. `column`, `own_column`: its columns in the policy, or ""."""

    name: str
    french: str
    column: str
    own_column: str
    by_domain: bool
    extracts: dict[str, str]


@dataclass(frozen=True)
class Sections:
    """All sections, in order, and the bit of each place; the bit of each activity domain. `domain_sections`: the section that
    each domain reveals, "" for none."""

    all: tuple[Section, ...]
    bits: dict[str, int]
    domains: dict[str, int]
    domain_sections: dict[str, str]

    def place(self, name: str) -> int:
        """Return the mask of one place; KeyError when `sections.toml` has no such place: start-up stops on it."""
        return self.bits[name]

    def places(self, names: Iterable[str]) -> int:
        """Return the mask of several places."""
        mask = 0
        for name in names:
            mask |= self.bits[name]
        return mask

    def whole(self, name: str) -> int:
        """Return the mask of a section: its detail and all its extracts."""
        section = self[name]
        return self.places([section.name, *(f"{section.name}.{extract}" for extract in section.extracts)])

    def entry(self, name: str) -> int:
        """Return the place that shows that a section has anything at all: its first extract, or its detail without any."""
        for extract in self[name].extracts:
            return self.bits[f"{name}.{extract}"]
        return self.bits[name]

    @cached_property
    def limited(self) -> int:
        """The mask of the sections that may be limited to activity domains."""
        return sum(self.whole(section.name) for section in self.all if section.by_domain)

    def names(self, mask: int) -> list[str]:
        """Return the names of the places of a mask, in order."""
        return [name for name, bit in self.bits.items() if mask & bit]

    def __getitem__(self, name: str) -> Section:
        for section in self.all:
            if section.name == name:
                return section
        raise KeyError(name)


class _SectionSchema(PageSchema):
    """One `[[section]]`."""

    name = fields.String(required=True)
    french = fields.String(required=True)
    column = fields.String(load_default="")
    own_column = fields.String(load_default="")
    by_domain = Flag()
    extracts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class _SectionsSchema(PageSchema):
    """The page: the activity domains with the section that each reveals, and the sections in order."""

    domains = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    section = fields.List(fields.Nested(_SectionSchema), required=True)

    @validates_schema
    def check_places(self, page: dict[str, Any], **_: Any) -> None:
        """Raise ValidationError when two places share a name, or when there are more places than bits."""
        names = _list_places(Section(**entry) for entry in page["section"])
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValidationError(f"named twice: {', '.join(twice)}", "section")
        if len(names) > MAX_PLACES:
            raise ValidationError(f"{len(names)} places are more than {MAX_PLACES}", "section")

    @validates_schema
    def check_domains(self, page: dict[str, Any], **_: Any) -> None:
        """Raise ValidationError when a domain reveals an unknown section."""
        known = {"", *(entry["name"] for entry in page["section"])}
        unknown = {code: [f"unknown section {name}"] for code, name in page["domains"].items() if name not in known}
        if unknown:
            raise ValidationError({"domains": unknown})


def _list_places(all_sections: Iterable[Section]) -> list[str]:
    """Return the name of each place, in the order of the bits: each section's detail, then its extracts."""
    return [
        name for section in all_sections for name in [section.name, *(f"{section.name}.{e}" for e in section.extracts)]
    ]


def read_sections(text: str) -> Sections:
    """Return the sections of a `sections.toml`.

    PageError: a place is named twice, there are more than `MAX_PLACES`, or a domain reveals an unknown section."""
    page = load_page(text, PAGE, fields.Nested(_SectionsSchema))
    all_sections = tuple(Section(**entry) for entry in page["section"])
    return Sections(
        all=all_sections,
        bits={name: 1 << index for index, name in enumerate(_list_places(all_sections))},
        domains={code: 1 << index for index, code in enumerate(page["domains"])},
        domain_sections=page["domains"],
    )


@cache
def load_sections() -> Sections:
    """Return the sections of `config/sections.toml`."""
    return read_sections(read_config(PAGE))
