"""The narrow place of what a message brings without a known code (`docs/parts.md` 27). Pure."""

from __future__ import annotations

from typing import Any

from fhir_profiles.codes import SECTION_EXTENSION
from hub.domain.resource_types import RESOURCE_TYPES
from hub.slices.placement.labels_page import load_labels

Json = dict[str, Any]


def place_narrowly(resource: Json) -> Json:
    """Return a resource of a message as it is stored: with the section `received`, until it is filed, unless a known code
    determines its section.

    A word of psychiatry or addiction next to a code of another section puts it in `received` too. A code of
    `config/terms.toml` is certain and determines the section at once."""
    if not is_placed_by_code(resource["resourceType"]):
        return resource
    labels = load_labels()
    place, (section, _) = labels.find_place(resource), labels.terms.find_by_words(resource)
    if labels.terms.find_by_code(resource):
        return resource
    is_certain = labels.knows_code(resource) and section in ("", place.partition(".")[0])
    if is_certain or place in ("received", "original"):
        return resource
    return resource | {
        "extension": [*resource.get("extension", ()), {"url": SECTION_EXTENSION, "valueCode": "received"}]
    }


def is_placed_by_code(resource_type: str) -> bool:
    """Return whether codes place the resources of a type."""
    return resource_type in RESOURCE_TYPES and RESOURCE_TYPES[resource_type].placement.rest == "by-code"
