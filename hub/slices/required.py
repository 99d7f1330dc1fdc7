"""What R4 requires at the top of a type: without it no slice is valid (`parts.md` 3, 8). Read from the definitions. Pure."""

from __future__ import annotations

from functools import cache

from hub.fhir import structure


@cache
def required_elements(resource_type: str) -> frozenset[str]:
    """The elements that every resource of the type has, each type of a required choice included."""
    shape = structure(resource_type)
    chosen = {element.name for element in shape.elements.values() if element.choice in shape.required_choices}
    return frozenset(shape.required) | chosen
