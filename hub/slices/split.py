"""`split`: a resource into its parts. Pure; `join` is its exact inverse (`docs/parts.md` 1–10).

Every element, or item of a ranked array, is a *unit* with one place (`hub.slices.placement.places`). Units of equal place
make a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hub.domain.resource_types import DIRECTORY_TYPES, RESOURCE_TYPES
from hub.domain.sections import ALONE, load_sections
from hub.slices.contained import group_by_references
from hub.slices.parts.part import Part, Place, Target, Targets
from hub.slices.parts.shape import list_item_arrays
from hub.slices.placement.labels_page import load_labels
from hub.slices.placement.places import Locator

NEVER_STORED = frozenset({"resourceType", "id", "meta"})

# The indexes of the pieces that point to contained resources, and of these.
_Group = tuple[list[int], list[int]]
# (place, element, rank or None, value)
Unit = tuple[Place, str, int | None, Any]


@dataclass(frozen=True)
class _Piece:
    """An element, or an item of a ranked array with its rank. `locate`: returns its place, contained resources aside."""

    element: str
    rank: int | None
    value: Any
    locate: Callable[[], Place]


def split(resource: Mapping[str, Any], targets: Targets) -> list[Part]:
    """Return the parts of `resource`, the core first, then by key.

    `targets`: what is known of the targets of its references, by `Type/id`; one that is missing counts as a target of
    its type without codes. KeyError on a type that the hub does not keep."""
    locator = Locator(resource, targets, load_sections(), load_labels())
    parts: dict[int, Part] = {}
    opening: set[int] = set()
    own: Counter[int] = Counter()
    for place, element, rank, value in _list_units(locator, targets):
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
    if resource.get("contained"):
        pieces = list(_list_pieces(locator))
        _widen_label(locator, pieces, _group_pieces(pieces), targets)
    return locator.build_target(load_labels())


def _list_units(locator: Locator, targets: Targets) -> Iterator[Unit]:
    """Yield the units of a resource: a contained resource and all that points to it have one place (`docs/parts.md` 10)."""
    pieces = list(_list_pieces(locator))
    grouped = _locate_groups(locator, pieces, targets)
    for index, piece in enumerate(pieces):
        yield grouped.get(index) or piece.locate(), piece.element, piece.rank, piece.value


def _list_pieces(locator: Locator) -> Iterator[_Piece]:
    """Yield the elements of a resource, those of arrays that are stored by item one by one."""
    by_item = list_item_arrays(locator.resource["resourceType"]) | set(locator.placement.by_item)
    for element, value in locator.resource.items():
        if element in NEVER_STORED:
            continue
        if element == "provision" and isinstance(value, dict):
            yield from _list_provisions(locator, value)
        elif isinstance(value, list) and element in by_item:
            for rank, item in enumerate(value):
                yield _Piece(element, rank, item, partial(locator.locate, element, item))
        else:
            yield _Piece(element, None, value, partial(locator.locate, element, value))


def _list_provisions(locator: Locator, provision: Mapping[str, Any]) -> Iterator[_Piece]:
    """Yield the pieces of Consent.provision: the root, and each nested provision."""
    root = {name: value for name, value in provision.items() if name != "provision"}
    if root:
        yield _Piece("provision", 0, root, partial(locator.locate_provision, root))
    for rank, item in enumerate(provision.get("provision", ())):
        yield _Piece("provision.provision", rank, item, partial(locator.locate_provision, item))


def _locate_groups(locator: Locator, pieces: Sequence[_Piece], targets: Targets) -> dict[int, Place]:
    """Return the place of each piece, by index, that is a contained resource or points to one."""
    groups = _group_pieces(pieces)
    _widen_label(locator, pieces, groups, targets)
    places: dict[int, Place] = {}
    for values, contained in groups:
        place = _locate_group(locator, [pieces[n] for n in values], [pieces[n].value for n in contained], targets)
        places |= dict.fromkeys([*values, *contained], place)
    return places


def _group_pieces(pieces: Sequence[_Piece]) -> list[_Group]:
    inside = [index for index, piece in enumerate(pieces) if piece.element == "contained"]
    if not inside:
        return []
    outside = [index for index, piece in enumerate(pieces) if piece.element != "contained"]
    grouped = group_by_references([pieces[index].value for index in outside], [pieces[index].value for index in inside])
    return [([outside[n] for n in values], [inside[n] for n in contained]) for values, contained in grouped]


def _widen_label(locator: Locator, pieces: Sequence[_Piece], groups: Sequence[_Group], targets: Targets) -> None:
    """Add to the label of the whole what a contained resource needs that a required element points to.

    Every slice has the required elements, so it has that resource too."""
    required = set(locator.list_required())
    for values, contained in groups:
        if any(pieces[index].element in required for index in values):
            place = _locate_group(locator, [pieces[n] for n in values], [pieces[n].value for n in contained], targets)
            locator.label, locator.stake_label = place.needs, place.stake_needs


def _locate_group(
    locator: Locator, pointing: Sequence[_Piece], contained: Sequence[Mapping[str, Any]], targets: Targets
) -> Place:
    """Return the place of contained resources and of all that points to them: the OR of all their places.

    By a stake they need what references to such resources need (`docs/parts.md` 3), except in what a Task hands over and in the
    requester's own words."""
    places = [piece.locate() for piece in pointing]
    places += [place for inner in contained for place in _list_places(inner, targets)]
    directory = 0 if locator.placement.is_directory else locator.sections.place("directory")
    needs, stake, domain = locator.label, locator.stake_label, locator.domain
    for place in places:
        needs |= place.needs & ~directory
        stake |= place.stake_needs & ~directory
        domain |= place.domain
    if not all(_is_given(locator, piece.element) for piece in pointing):
        stake |= ALONE if any(map(_is_of_person, contained)) else 0
    return Place(needs, stake, domain if needs & locator.sections.limited else 0, locator.account or locator.employer)


def _list_places(inner: Mapping[str, Any], targets: Targets) -> list[Place]:
    """Return the places of one contained resource; no grant shows one of a type that the hub does not store."""
    if inner.get("resourceType") not in RESOURCE_TYPES:
        return [Place(ALONE, ALONE)]
    return [part.place for part in split(inner, targets)] + [Place(build_target(inner, targets).reveals, 0)]


def _is_given(locator: Locator, element: str) -> bool:
    """Return whether a stake shows what `element` leads to: the targets that a Task hands over, and the requester's own words."""
    return locator.hands(element) or locator.placement.elements.get(element) == "own-words"


def _is_of_person(inner: Mapping[str, Any]) -> bool:
    """Return whether a contained resource says something of the person that is a resource of its own."""
    kind = str(inner.get("resourceType", ""))
    return kind not in DIRECTORY_TYPES and kind != "Patient"
