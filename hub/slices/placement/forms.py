"""Which section each item of a known form speaks of: `config/forms/*.toml`, read once. Pure after that.

An answer is seen by who sees assessments and the section of its item (`docs/parts.md`, "Which type, which section"). The items of
a form that the hub does not know stand with the assessment itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from hub.domain.sections import CONFIG, Sections, sections

# questionnaire url → linkId → section
Forms = Mapping[str, Mapping[str, str]]


def sections_of(item: object, questionnaire: object, known: Forms, places: Sections) -> int:
    """The places that an item of a response needs beside its assessment: its own section and those of what it nests."""
    url = questionnaire.partition("|")[0] if isinstance(questionnaire, str) else ""
    form = known.get(url, {})
    return places.places(form[link] for link in _links(item) if link in form)


def _links(item: object) -> Iterator[str]:
    if isinstance(item, dict):
        if isinstance(item.get("linkId"), str):
            yield item["linkId"]
        for inner in (*item.get("item", ()), *(below for a in item.get("answer", ()) for below in a.get("item", ()))):
            yield from _links(inner)


def read_form(text: str, places: Sections) -> tuple[str, dict[str, str]]:
    """(url, linkId → section) of one form. ValueError when an item has no section or one that does not exist."""
    table: dict[str, Any] = tomllib.loads(text)
    known = {section.name for section in places.all}
    lost = [link for link, section in table["items"].items() if section not in known]
    if lost or not table["items"]:
        raise ValueError(f"forms: {table['url']}: no section for {', '.join(lost) or 'any item'}")
    return table["url"], dict(table["items"])


@cache
def forms(folder: Path = CONFIG / "forms") -> Forms:
    """The forms of `config/forms`."""
    pages = sorted(folder.glob("*.toml"))
    return dict(read_form(page.read_text(encoding="utf-8"), sections()) for page in pages)
