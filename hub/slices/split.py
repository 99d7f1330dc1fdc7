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
from hub.slices.placement.places import Places

NEVER_STORED = frozenset({"resourceType", "id", "meta"})

# (place, element, rank or None, value)
Unit = tuple[Place, str, int | None, Any]


def split(resource: Mapping[str, Any], targets: Targets) -> list[Part]:
    """The parts of `resource`, the spine first, then by key.

    `targets`: what is known of the targets of its references, by `Type/id`; one that is missing counts as a target of
    its type without codes. KeyError on a type that the hub does not keep."""
    where = Places(resource, targets, load_sections(), load_labels())
    found: dict[int, Part] = {}
    opening: set[int] = set()
    own: Counter[int] = Counter()
    for place, element, rank, value in _list_units(where, _locate_contained(where, targets)):
        part = found.setdefault(place.key, Part(place, content=False))
        own[place.key] |= place.own or place.needs
        if place.needs and where.names.opens(element, value):
            opening.add(place.key)
        if rank is None:
            part.members[element] = value
        else:
            part.ranked.setdefault(element, []).append((rank, value))
    if where.placement.core or where.placement.person == "id":
        # A resource that says nothing at its entry yet is there all the same: what is written elsewhere later, and may be
        # hidden, must not decide whether it is seen.
        entry = where.entry()
        found.setdefault(entry.key, Part(entry, content=False))
        own[entry.key] |= entry.own
        opening.add(entry.key)
    parts = [
        replace(part, place=replace(part.place, own=own[key]), content=key in opening) for key, part in found.items()
    ]
    return sorted(parts, key=lambda part: part.place.key)


def build_target(resource: Mapping[str, Any], targets: Targets) -> Target:
    """What `resource` asks, as a target, of those who see a reference to it: its entry places, label included."""
    where = Places(resource, targets, load_sections(), load_labels())
    _locate_contained(where, targets)
    return where.as_target(load_labels())


def _list_units(where: Places, inside: Place | None) -> Iterator[Unit]:
    """`inside`: where contained resources stand and all that points to them, or None without any."""
    pointed = list_local_names(where.resource)

    def place(element: str, value: object) -> Place:
        if inside is not None and (element.lstrip("_") == "contained" or points_inside(value, pointed)):
            return inside
        return where.place(element, value)

    by_item = list_item_arrays(where.resource["resourceType"]) | set(where.placement.by_item)
    for element, value in where.resource.items():
        if element in NEVER_STORED:
            continue
        if element == "provision" and isinstance(value, dict):
            yield from _list_provision_units(where, value)
        elif isinstance(value, list) and element in by_item:
            for rank, item in enumerate(value):
                yield place(element, item), element, rank, item
        else:
            yield place(element, value), element, None, value


def _list_provision_units(where: Places, provision: Mapping[str, Any]) -> Iterator[Unit]:
    """Consent.provision: the root and each nested provision apart."""
    root = {name: value for name, value in provision.items() if name != "provision"}
    if root:
        yield where.provision(root), "provision", 0, root
    for rank, item in enumerate(provision.get("provision", ())):
        yield where.provision(item), "provision.provision", rank, item


def _locate_contained(where: Places, targets: Targets) -> Place | None:
    """Where contained resources stand, with all that points to them: the OR of all that they are (`docs/parts.md` 10).

    What a required element points to inside, every slice needs: it joins the label of the whole."""
    pointed = list_local_names(where.resource)
    if not pointed:
        return None
    own = [where.place(name, value) for name, value in where.resource.items() if points_inside(value, pointed)]
    within = [place for inner in where.resource["contained"] for place in _list_places(inner, targets)]
    directory = 0 if where.placement.is_directory else where.places.place("directory")
    needs, stake = where.label, where.stake_label
    for place in (*own, *within):
        needs |= place.needs & ~directory
        stake |= place.stake_needs & ~directory
    if any(points_inside(where.resource[name], pointed) for name in where.required()):
        where.label, where.stake_label = needs, stake
    return Place(needs, stake, where.domain if needs & where.places.limited else 0)


def _list_places(inner: Mapping[str, Any], targets: Targets) -> list[Place]:
    if inner.get("resourceType") not in RESOURCE_TYPES:
        return [Place(ALONE, ALONE)]
    return [part.place for part in split(inner, targets)] + [Place(build_target(inner, targets).reveals, 0)]
