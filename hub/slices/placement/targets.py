"""A target of which only the type is known. Pure."""

from __future__ import annotations

from hub.domain.sections import ALONE, Sections
from hub.slices.parts.part import Target
from hub.slices.placement.rules import DIRECTORY_TYPES, RULES, Rule


def default_target(resource_type: str, places: Sections) -> Target:
    """A target of which only the type is known: labelled as one without codes."""
    rule = RULES.get(resource_type)
    if rule is None:
        return Target(ALONE)
    if resource_type in DIRECTORY_TYPES:
        return Target(places.place("directory"), directory=True)
    return Target(places.place(_default_entry(resource_type, rule)))


def _default_entry(resource_type: str, rule: Rule) -> str:
    if resource_type == "Condition":
        return "medical.titles"
    if rule.rest in ("by-code", "by-document"):
        return "received"
    return {"by-target": "identity.usual"}.get(rule.entry, rule.entry or rule.rest)
