"""Whether the intake Task gives a resource of the message to its owner to read (`docs/parts.md` 27).

The owner may read all that came, except resources in a section that some desk role may not read: such a resource is stored in
its section and given to nobody. Its content is also in the message as it came, which only roles that read originals open. A
section that a role sees only if the person agrees counts as one that it may not read.
"""

from __future__ import annotations

from functools import cache

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.roles import load_roles
from hub.mapping import Json
from hub.slices import load_labels
from hub.slices.placement.narrow import is_placed_by_code, place_narrowly


def hands_over(resource: Json) -> bool:
    """Return whether the owner of the intake Task is given a resource of the message to read."""
    rest = RESOURCE_TYPES[resource["resourceType"]].placement.rest
    is_coded = is_placed_by_code(resource["resourceType"])
    place = load_labels().find_place(place_narrowly(resource)) if is_coded else rest
    return place.partition(".")[0] not in _list_closed_sections()


@cache
def _list_closed_sections() -> frozenset[str]:
    """Return the sections that some role with the tie `desk` lacks, or has by consent only."""
    desk_roles = [role for role in load_roles().values() if role.is_desk]
    return frozenset(
        section
        for role in desk_roles
        for section, cell in role.cells.items()
        if cell.level == "none" or cell.if_consented
    )
