"""The places that a type, or one element of it, can ever have: from the placement alone, whatever the data. Pure.

What a role can never see is closed to it and may be refused by name; everything else depends on the slice (`docs/leaks.md` L16,
L38).
"""

from __future__ import annotations

from functools import cache

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.sections import load_sections
from hub.slices.placement.labels_page import load_labels


@cache
def get_type_places(resource_type: str) -> int:
    """Return the mask of every place that a part of the type may have."""
    placement = RESOURCE_TYPES[resource_type].placement
    mask = 0
    for element in {"", *placement.elements, *placement.by_item}:
        mask |= get_element_places(resource_type, element)
    return mask


@cache
def get_element_places(resource_type: str, element: str) -> int:
    """Return the mask of every place that `element` may have: for a core element, all those of the type."""
    placement, sections = RESOURCE_TYPES[resource_type].placement, load_sections()
    if element in placement.core:
        return get_type_places(resource_type)
    name = placement.elements.get(element, placement.rest)
    if placement.by_item.get(element) == "name":
        return sections.places(("identity", "identity.usual"))
    if name == "own-words":
        return sections.places(("received", "tasks"))
    if name in ("by-code", "titles"):
        return _get_coded_places(resource_type, name)
    if name in ("by-document", "target", "spine"):
        return sum(sections.bits.values())
    # A message about a Task is in the place of those whom it names (`docs/parts.md` 29).
    return sections.place(name) | (sections.place("own") if resource_type == "Communication" else 0)


def _get_coded_places(resource_type: str, name: str) -> int:
    sections = load_sections()
    names = {rule.place for rule in load_labels().rules.get(resource_type, ())} | {"received"}
    if name == "titles":
        names = {f"{place}.titles" if f"{place}.titles" in sections.bits else place for place in names}
    return sections.places(names)
