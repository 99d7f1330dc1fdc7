"""Which places a type, or one element of it, can ever stand in: from the rules alone, whatever the data.

What a role can never see is closed to it and may be refused by name; everything else is judged on the slice (`docs/leaks.md` L16,
L38). Pure."""

from __future__ import annotations

from functools import cache

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.sections import load_sections
from hub.slices.placement.labels_page import load_labels


@cache
def get_type_places(resource_type: str) -> int:
    """The mask of every place that some part of the type may stand in."""
    placement = RESOURCE_TYPES[resource_type].placement
    mask = 0
    for element in {"", *placement.elements, *placement.by_item}:
        mask |= get_element_places(resource_type, element)
    return mask


@cache
def get_element_places(resource_type: str, element: str) -> int:
    """The mask of every place that `element` may stand in; that of the whole type for what stands in the spine."""
    placement, known = RESOURCE_TYPES[resource_type].placement, load_sections()
    if element in placement.core:
        return get_type_places(resource_type)
    name = placement.elements.get(element, placement.rest)
    if placement.by_item.get(element) == "name":
        return known.places(("identity", "identity.usual"))
    if name in ("own-words",):
        return known.places(("received", "tasks"))
    if name in ("by-code", "titles"):
        return _get_coded_places(resource_type, name)
    if name in ("by-document", "target", "spine"):
        return sum(known.bits.values())
    return known.place(name)


def _get_coded_places(resource_type: str, name: str) -> int:
    known = load_sections()
    found = {rule.place for rule in load_labels().rules.get(resource_type, ())} | {"received"}
    if name == "titles":
        found = {f"{place}.titles" if f"{place}.titles" in known.bits else place for place in found}
    return known.places(found)
