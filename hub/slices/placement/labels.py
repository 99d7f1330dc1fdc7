"""The place of a resource by its codes, and the activity domain that it names. Pure.

A label comes from the resource's own codes and from the directory entries that it is attributed to, never from other
references (`docs/parts.md` 22), so that resources can be labelled in any order.
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
    """One rule of `config/labels.toml`. It fits a resource of `type` whose `element` has a coding of `system` with one of
    `codes`, or beginning with one of `starts`. A rule without element fits any resource of the type."""

    type: str
    element: str
    system: str
    codes: frozenset[str]
    starts: tuple[str, ...]
    place: str

    def fits(self, resource: Resource) -> bool:
        """Return whether `resource`, of the rule's type, has such a coding."""
        if not self.element:
            return True
        return any(
            system == self.system and (code in self.codes or (bool(self.starts) and code.startswith(self.starts)))
            for system, code in list_codings(resource.get(self.element))
        )


@dataclass(frozen=True)
class Labels:
    """The page: rules by type, in order; the place of each extension by its URL; the section that each rule on a directory entry
    reveals."""

    rules: Mapping[str, tuple[CodeRule, ...]]
    extensions: Mapping[str, str]
    disclosures: tuple[tuple[CodeRule, str], ...]

    def find_revealed_section(self, entry: Resource) -> str:
        """Return the section that a directory entry reveals by its kind of service, or ""."""
        for rule, section in self.disclosures:
            if rule.type == entry["resourceType"] and rule.fits(entry):
                return section
        return ""

    def find_place(self, resource: Resource) -> str:
        """Return the place of a `by-code` resource: that of the first rule that fits, else `received`."""
        for rule in self.rules.get(resource["resourceType"], ()):
            if rule.fits(resource):
                return rule.place
        return "received"


def list_codings(value: object) -> Iterator[tuple[str, str]]:
    """Yield (system, code) of each coding of a CodeableConcept, or of an array of them."""
    for concept in value if isinstance(value, list) else [value]:
        if isinstance(concept, dict):
            for coding in concept.get("coding") or ():
                if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                    yield coding.get("system", ""), coding["code"]


def get_domain(resource: Resource, sections: Sections) -> tuple[int, str]:
    """Return the bit of the resource's activity domain and the section that it speaks of; (0, "") without one.

    The domain is in the extension `activity-domain`, or in a coding of our system in `code`, `category` or `serviceCategory`."""
    for code in _list_domain_codes(resource):
        if code in sections.domains:
            return sections.domains[code], sections.spoken_of[code]
    return 0, ""


def get_item_domains(item: object, sections: Sections) -> int:
    """Return the bits of the activity domains that an item names itself or in its detail, as an activity of a plan does."""
    mask = 0
    for holder in (item, item.get("detail")) if isinstance(item, dict) else ():
        if isinstance(holder, dict):
            for code in _list_domain_codes(holder):
                mask |= sections.domains.get(code, 0)
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
