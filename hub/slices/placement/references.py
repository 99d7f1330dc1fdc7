"""The references of a resource, and the person that it is about. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES

# How a reference begins that points inside its resource or outside the hub.
_ELSEWHERE = ("#", "http:", "https:", "urn:")


def list_references(value: object) -> Iterator[str]:
    """Yield every relative literal reference inside a JSON value, as `Type/id` without its version."""
    names: list[str] = []
    _collect(value, names)
    return iter(names)


def _collect(value: object, names: list[str]) -> None:
    # Appending to one list is faster than nested generators: a referral calls this hundreds of times.
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str) and "/" in reference and not reference.startswith(_ELSEWHERE):
            names.append(reference.partition("/_history/")[0])
        value = value.values()
    elif not isinstance(value, list):
        return
    for inner in value:
        if isinstance(inner, (dict, list)):
            _collect(inner, names)


def find_patient(resource: Mapping[str, Any]) -> str | None:
    """Return the reference to the Patient that a resource is about, or None; for Binary and Provenance, what leads to it."""
    placement = RESOURCE_TYPES[resource["resourceType"]].placement
    if placement.person == "id":
        return f"Patient/{resource['id']}" if "id" in resource else None
    values: object = resource
    for step in placement.person.split(".") if placement.person else ():
        items = values if isinstance(values, list) else [values]
        children = [item[step] for item in items if isinstance(item, dict) and step in item]
        values = [inner for child in children for inner in (child if isinstance(child, list) else [child])]
    candidates = list(list_references(values)) if placement.person else []
    for reference in candidates:
        if reference.startswith("Patient/"):
            return reference
    return candidates[0] if candidates and placement.person in ("securityContext", "target") else None
