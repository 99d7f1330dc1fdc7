"""Where a resource of a message is stored, and whether the intake Task gives it to its owner to read (`docs/parts.md` 27).

The owner may read all that came, except resources in a section that some desk role may not read: such a resource is stored in
its section and given to nobody. Its content is also in the message as it came, which only roles that read originals open. A
section that a role sees only if the person agrees counts as one that it may not read.
"""

from __future__ import annotations

from functools import cache

from fhir_profiles.codes import SECTION_EXTENSION
from hub.domain.resource_types import RESOURCE_TYPES
from hub.domain.roles import load_roles
from hub.mapping import Json
from hub.slices import load_labels


def place_narrowly(resource: Json) -> Json:
    """Return a resource of a message as it is stored: with the section `received`, until it is filed, unless a known code
    determines its section.

    A word of psychiatry or addiction next to a code of another section puts it in `received` too. A code of
    `config/terms.toml` is certain and determines the section at once."""
    if not _is_coded(resource):
        return resource
    labels = load_labels()
    if labels.terms.find_by_code(resource):
        return resource
    place, (section, _) = labels.find_place(resource), labels.terms.find_by_words(resource)
    is_certain = labels.knows_code(resource) and section in ("", place.partition(".")[0])
    if is_certain or place == "received":
        return resource
    return resource | {
        "extension": [*resource.get("extension", ()), {"url": SECTION_EXTENSION, "valueCode": "received"}]
    }


def _is_coded(resource: Json) -> bool:
    return RESOURCE_TYPES[resource["resourceType"]].placement.rest == "by-code"


def hands_over(resource: Json) -> bool:
    """Return whether the owner of the intake Task is given a resource of the message to read."""
    rest = RESOURCE_TYPES[resource["resourceType"]].placement.rest
    place = load_labels().find_place(place_narrowly(resource)) if _is_coded(resource) else rest
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
