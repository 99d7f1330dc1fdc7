"""`split`: a resource into its parts. Pure; `join` is its exact inverse (`docs/parts.md` 1–10).

Every element, or item of a ranked array, is a *unit* with one place (`hub.slices.placement.places`). Units of equal place
make a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.sections import ALONE, load_sections
from hub.slices.contained import list_local_names, points_inside
from hub.slices.parts.part import Part, Place, Target, Targets
from hub.slices.parts.shape import list_item_arrays
from hub.slices.placement.labels_page import load_labels
from hub.slices.placement.places import Locator

NEVER_STORED = frozenset({"resourceType", "id", "meta"})

# (place, element, rank or None, value)
Unit = tuple[Place, str, int | None, Any]


def split(resource: Mapping[str, Any], targets: Targets) -> list[Part]:
    """Return the parts of `resource`, the core first, then by key.

    `targets`: what is known of the targets of its references, by `Type/id`; one that is missing counts as a target of
    its type without codes. KeyError on a type that the hub does not keep."""
    locator = Locator(resource, targets, load_sections(), load_labels())
    parts: dict[int, Part] = {}
    opening: set[int] = set()
    own: Counter[int] = Counter()
    for place, element, rank, value in _list_units(locator, _locate_contained(locator, targets)):
        part = parts.setdefault(place.key, Part(place, content=False))
        own[place.key] |= place.own or place.needs
        if place.needs and locator.names.opens(element, value):
            opening.add(place.key)
        if rank is None:
            part.members[element] = value
        else:
            part.ranked.setdefault(element, []).append((rank, value))
    if locator.placement.core or locator.placement.person == "id":
        # A resource without elements at its entry has an entry all the same: what is written elsewhere later, and may be
        # hidden, must not decide whether it is seen.
        entry = locator.locate_entry()
        parts.setdefault(entry.key, Part(entry, content=False))
        own[entry.key] |= entry.own
        opening.add(entry.key)
    whole = [
        replace(part, place=replace(part.place, own=own[key]), content=key in opening) for key, part in parts.items()
    ]
    return sorted(whole, key=lambda part: part.place.key)


def build_target(resource: Mapping[str, Any], targets: Targets) -> Target:
    """Return what it takes to see a reference to `resource`: its entry places, label included."""
    locator = Locator(resource, targets, load_sections(), load_labels())
    _locate_contained(locator, targets)
    return locator.build_target(load_labels())


def _list_units(locator: Locator, inside: Place | None) -> Iterator[Unit]:
    """Yield the units of a resource. `inside`: the place of contained resources and of all that points to them, or None."""
    local_names = list_local_names(locator.resource)

    def locate(element: str, value: object) -> Place:
        if inside is not None and (element.lstrip("_") == "contained" or points_inside(value, local_names)):
            return inside
        return locator.locate(element, value)

    by_item = list_item_arrays(locator.resource["resourceType"]) | set(locator.placement.by_item)
    for element, value in locator.resource.items():
        if element in NEVER_STORED:
            continue
        if element == "provision" and isinstance(value, dict):
            yield from _list_provision_units(locator, value)
        elif isinstance(value, list) and element in by_item:
            for rank, item in enumerate(value):
                yield locate(element, item), element, rank, item
        else:
            yield locate(element, value), element, None, value


def _list_provision_units(locator: Locator, provision: Mapping[str, Any]) -> Iterator[Unit]:
    """Yield the units of Consent.provision: the root, and each nested provision."""
    root = {name: value for name, value in provision.items() if name != "provision"}
    if root:
        yield locator.locate_provision(root), "provision", 0, root
    for rank, item in enumerate(provision.get("provision", ())):
        yield locator.locate_provision(item), "provision.provision", rank, item


def _locate_contained(locator: Locator, targets: Targets) -> Place | None:
    """Return the place of contained resources and of all that points to them: the OR of all their places (`docs/parts.md` 10).

    Every slice carries the required elements, so a contained resource that one of them points to joins the label of the whole."""
    local_names = list_local_names(locator.resource)
    if not local_names:
        return None
    # Of a demand, which has professionals as its sender states them beside attachments, only the items that point inside count.
    is_demand = locator.resource["resourceType"] == "ServiceRequest"
    by_item = list_item_arrays("ServiceRequest") if is_demand else frozenset()
    own = [
        locator.locate(name, item)
        for name, value in locator.resource.items()
        for item in (value if isinstance(value, list) and name in by_item else [value])
        if points_inside(item, local_names)
    ]
    within = [place for inner in locator.resource["contained"] for place in _list_places(inner, targets)]
    directory = 0 if locator.placement.is_directory else locator.sections.place("directory")
    needs, stake = locator.label, locator.stake_label
    for place in (*own, *within):
        needs |= place.needs & ~directory
        stake |= place.stake_needs & ~directory
    if any(points_inside(locator.resource[name], local_names) for name in locator.list_required()):
        locator.label, locator.stake_label = needs, stake
    domain = locator.domain if needs & locator.sections.limited else 0
    return Place(needs, stake, domain, locator.employer)


def _list_places(inner: Mapping[str, Any], targets: Targets) -> list[Place]:
    """Return the places of one contained resource; no grant shows one of a type that the hub does not store."""
    if inner.get("resourceType") not in RESOURCE_TYPES:
        return [Place(ALONE, ALONE)]
    return [part.place for part in split(inner, targets)] + [Place(build_target(inner, targets).reveals, 0)]
