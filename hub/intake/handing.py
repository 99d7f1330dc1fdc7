"""What the intake Task hands to its owner: all that came, but what is coded in a section that a desk role may not read.

That is placed there at once and handed to nobody; it stands in the message, which only roles that read originals open
(`docs/parts.md` 27). A section that a role sees by the person's agreement alone counts as one that it may not read.
"""

from __future__ import annotations

from functools import cache

from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.roles import load_roles
from hub.mapping import Json
from hub.slices import load_labels


def hands_over(resource: Json) -> bool:
    """Return whether the owner of the intake Task is given a resource of the message to read."""
    rest = RESOURCE_TYPES[resource["resourceType"]].placement.rest
    place = load_labels().find_place(resource) if rest == "by-code" else rest
    return place.partition(".")[0] not in _list_closed_sections()


@cache
def _list_closed_sections() -> frozenset[str]:
    """Return the sections that some role with the tie `desk` lacks, or has by consent only."""
    desk_roles = [role for role in load_roles().values() if "desk" in role.relations]
    return frozenset(
        section
        for role in desk_roles
        for section, cell in role.cells.items()
        if cell.level == "none" or cell.if_consented
    )
