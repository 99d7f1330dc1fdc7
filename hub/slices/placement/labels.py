"""The place of a resource by its codes, and the activity domain that it names. Pure.

A label comes from the resource's own codes and from the directory entries that it is attributed to, never from other
references (`docs/parts.md` 22), so that resources can be labelled in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_profiles.codes import ACTIVITY_DOMAIN, ACTIVITY_DOMAIN_EXTENSION, SECTION_EXTENSION
from hub.domain.sections import Sections
from hub.slices.placement.terms import NO_TERMS, Terms

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
    reveals. And the terms of psychiatry and addiction, from their own page."""

    rules: Mapping[str, tuple[CodeRule, ...]]
    extensions: Mapping[str, str]
    disclosures: tuple[tuple[CodeRule, str], ...]
    terms: Terms = NO_TERMS

    def find_revealed_section(self, entry: Resource) -> str:
        """Return the section that a directory entry reveals by its kind of service, or ""."""
        for rule, section in self.disclosures:
            if rule.type == entry["resourceType"] and rule.fits(entry):
                return section
        return ""

    def find_place(self, resource: Resource) -> str:
        """Return the place of a `by-code` resource: the section that it names, else that of its code (`docs/parts.md` 27)."""
        return get_named_section(resource) or self.find_coded_place(resource)

    def find_coded_place(self, resource: Resource) -> str:
        """Return the place by the codes alone: the section of a term, else the first rule that fits, else `received`."""
        rule = self._find_rule(resource)
        place = rule.place if rule else "received"
        if place == "original":
            # The message itself, whatever it is about.
            return place
        section = self.terms.find_by_code(resource)
        # A rule may name an extract of that section.
        return section if section and place.partition(".")[0] != section else place

    def knows_code(self, resource: Resource) -> bool:
        """Return whether a code of the resource says its section: what has none, or is unknown, is placed by its type alone."""
        rule = self._find_rule(resource)
        return bool((rule and rule.element) or self.terms.find_by_code(resource))

    def _find_rule(self, resource: Resource) -> CodeRule | None:
        return next((rule for rule in self.rules.get(resource["resourceType"], ()) if rule.fits(resource)), None)


def get_named_section(resource: Resource) -> str:
    """Return the section that the resource itself names, in the extension `section`, or ""."""
    for extension in resource.get("extension") or ():
        if isinstance(extension, dict) and extension.get("url") == SECTION_EXTENSION:
            return str(extension.get("valueCode", ""))
    return ""


def list_codings(value: object) -> Iterator[tuple[str, str]]:
    """Yield (system, code) of each coding of a CodeableConcept, or of an array of them."""
    for concept in value if isinstance(value, list) else [value]:
        if isinstance(concept, dict):
            for coding in concept.get("coding") or ():
                if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                    yield coding.get("system", ""), coding["code"]


def get_domain(resource: Resource, sections: Sections) -> tuple[int, str]:
    """Return the bit of the resource's activity domain and the section that it reveals; (0, "") without one.

    The domain is in the extension `activity-domain`, or in a coding of our system in `code`, `category` or `serviceCategory`."""
    for code in _list_domain_codes(resource):
        if code in sections.domains:
            return sections.domains[code], sections.domain_sections[code]
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
