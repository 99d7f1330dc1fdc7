"""What the hub declares about one resource type: the places of its elements, who writes it, an example. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Placement:
    """How one type is stored in parts (`docs/parts.md`, "Which type, which section").

    A place is written as in `config/sections.toml`. `rest`: the place of the elements not named here, or `by-code` when codes
    decide (`config/labels.toml`). `core`: the elements that every slice carries, so that it is valid R4. `elements`: the place of
    each element named. `entry`: the place by which the resource counts as seen when something points to it; "" means `rest`.
    `person`: the element that points to the Patient. `attributed_by`: elements whose directory entry labels the whole resource,
    if it discloses a section. `by_item`: arrays whose items differ in place, with the rule of `hub.slices.placement.disclosure`
    that decides. `shared_on_assignment`: references whose targets the owner is given to see. `is_directory`: it is about no
    person. What the targets of references need comes on top (`hub.slices.placement.places`).
    """

    rest: str
    core: frozenset[str] = frozenset()
    elements: Mapping[str, str] = field(default_factory=dict)
    entry: str = ""
    person: str = ""
    attributed_by: tuple[str, ...] = ()
    by_item: Mapping[str, str] = field(default_factory=dict)
    shared_on_assignment: frozenset[str] = frozenset()
    is_directory: bool = False


@dataclass(frozen=True)
class ResourceType:
    """One type that the hub keeps.

    `titles`: the elements that say what a resource is about, the most telling first (narratives). `example`: a small resource
    without its `resourceType`, as a client may create it; None when no client does. `is_stored`: whether it has rows of its own.
    `only_hub_writes`: no client writes it. `only_desk_creates`, `only_desk_changes`: no other role does (`docs/leaks.md` L78).
    """

    name: str
    placement: Placement
    titles: tuple[str, ...] = ()
    example: Json | None = None
    is_stored: bool = True
    only_hub_writes: bool = False
    only_desk_creates: bool = False
    only_desk_changes: bool = False


def place(**places: str) -> dict[str, str]:
    """Return element → place from place → elements (`medical_titles="code category"`). The first `_` is the dot of an extract."""
    return {element: name.replace("_", ".", 1) for name, names in places.items() for element in names.split()}


def split(names: str) -> frozenset[str]:
    """Return the set of the words of `names`."""
    return frozenset(names.split())
