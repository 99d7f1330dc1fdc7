"""The target of a reference when only its type is known. Pure."""

from __future__ import annotations

from hub.domain.resource_types import DIRECTORY_TYPES, RESOURCE_TYPES, TYPES, Placement
from hub.domain.sections import ALONE, Sections
from hub.slices.parts.part import Target


def build_default_target(resource_type: str, sections: Sections) -> Target:
    """Return the target of a reference when only its type is known: it counts as one without codes."""
    if resource_type not in TYPES:
        return Target(ALONE)
    if resource_type in DIRECTORY_TYPES:
        return Target(sections.place("directory"), directory=True)
    return Target(sections.place(_get_default_entry(resource_type, RESOURCE_TYPES[resource_type].placement)))


def _get_default_entry(resource_type: str, placement: Placement) -> str:
    if resource_type == "Condition":
        return "medical.titles"
    if placement.rest in ("by-code", "by-document"):
        return "received"
    return {"by-target": "identity.usual"}.get(placement.entry, placement.entry or placement.rest)
