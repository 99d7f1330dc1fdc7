"""Where a coded thing belongs: `config/labels.toml`, read once. Pure.

A label comes from the resource's own codes and from the directory entries that bear it, never from other references
(`docs/parts.md` 22), so that labelling needs no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_profiles.codes import ACTIVITY_DOMAIN, ACTIVITY_DOMAIN_EXTENSION
from hub.domain.sections import Sections

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class CodeRule:
    """One `[[rule]]`: fits when `element` has a coding of `system` among `codes` or beginning with one of `starts`."""

    type: str
    element: str
    system: str
    codes: frozenset[str]
    starts: tuple[str, ...]
    place: str

    def fits(self, resource: Resource) -> bool:
        if not self.element:
            return True
        return any(
            system == self.system and (code in self.codes or (bool(self.starts) and code.startswith(self.starts)))
            for system, code in list_codings(resource.get(self.element))
        )


@dataclass(frozen=True)
class Labels:
    """The rules by type, in order, and the places of extensions by url."""

    rules: Mapping[str, tuple[CodeRule, ...]]
    extensions: Mapping[str, str]
    betrayals: tuple[tuple[CodeRule, str], ...]

    def reveals(self, entry: Resource) -> str:
        """The section that a directory entry betrays by its kind of service, or ""."""
        for rule, section in self.betrayals:
            if rule.type == entry["resourceType"] and rule.fits(entry):
                return section
        return ""

    def place(self, resource: Resource) -> str:
        """The place of a `by-code` resource: that of the first rule that fits, else `received`."""
        for rule in self.rules.get(resource["resourceType"], ()):
            if rule.fits(resource):
                return rule.place
        return "received"


def list_codings(value: object) -> Iterator[tuple[str, str]]:
    """(system, code) of a CodeableConcept, or of an array of them."""
    for concept in value if isinstance(value, list) else [value]:
        if isinstance(concept, dict):
            for coding in concept.get("coding") or ():
                if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                    yield coding.get("system", ""), coding["code"]


def get_domain(resource: Resource, places: Sections) -> tuple[int, str]:
    """The activity domain's bit and the section it speaks of; (0, "") when the resource says none.

    It stands in the extension `activity-domain`, or in a coding of our system in `code` or `category`."""
    for code in _list_domain_codes(resource):
        if code in places.domains:
            return places.domains[code], places.spoken_of[code]
    return 0, ""


def get_item_domains(item: object, places: Sections) -> int:
    """The bits of the activity domains that an item says for itself or in its detail, as an activity of a plan does."""
    mask = 0
    for said in (item, item.get("detail")) if isinstance(item, dict) else ():
        if isinstance(said, dict):
            for code in _list_domain_codes(said):
                mask |= places.domains.get(code, 0)
    return mask


def _list_domain_codes(resource: Resource) -> Iterator[str]:
    for extension in resource.get("extension") or ():
        if isinstance(extension, dict) and extension.get("url") == ACTIVITY_DOMAIN_EXTENSION:
            value = extension.get("valueCode") or (extension.get("valueCoding") or {}).get("code")
            if isinstance(value, str):
                yield value
    for element in ("code", "category", "serviceCategory"):
        for system, code in list_codings(resource.get(element)):
            if system == ACTIVITY_DOMAIN:
                yield code
