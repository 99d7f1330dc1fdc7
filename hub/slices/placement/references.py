"""What a resource points to, and of whom it speaks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES

# How a reference begins that is contained, or is not ours.
_ELSEWHERE = ("#", "http:", "https:", "urn:")


def list_references(value: object) -> Iterator[str]:
    """Every relative literal reference inside a JSON value, as `Type/id` (a version is cut off)."""
    found: list[str] = []
    _collect(value, found)
    return iter(found)


def _collect(value: object, found: list[str]) -> None:
    # A list and not a generator within a generator: a demand asks this hundreds of times.
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and "/" in reference and not reference.startswith(_ELSEWHERE):
            found.append(reference.partition("/_history/")[0])
        value = value.values()
    elif not isinstance(value, list):
        return
    for inner in value:
        if isinstance(inner, (dict, list)):
            _collect(inner, found)


def find_patient(resource: Mapping[str, Any]) -> str | None:
    """The reference to the Patient that a resource speaks of, or None; for Binary and Provenance, to what leads to it."""
    placement = RESOURCE_TYPES[resource["resourceType"]].placement
    if placement.person == "id":
        return f"Patient/{resource['id']}" if "id" in resource else None
    found: object = resource
    for step in placement.person.split(".") if placement.person else ():
        items = found if isinstance(found, list) else [found]
        found = [item[step] for item in items if isinstance(item, dict) and step in item]
        found = [inner for item in found for inner in (item if isinstance(item, list) else [item])]
    candidates = list(list_references(found)) if placement.person else []
    for reference in candidates:
        if reference.startswith("Patient/"):
            return reference
    return candidates[0] if candidates and placement.person in ("securityContext", "target") else None
