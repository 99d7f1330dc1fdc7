"""What splitting needs to know of R4's definition of a type. Pure.

Whether an array is stored by item never depends on what it holds, so a hidden item changes nothing in its neighbours.
"""

from __future__ import annotations

from functools import cache

from hub.fhir import get_structure


@cache
def list_required_elements(resource_type: str) -> frozenset[str]:
    """Return the elements that any valid slice of the type has, with each form of a required choice (`docs/parts.md` 3, 8)."""
    shape = get_structure(resource_type)
    chosen = {element.name for element in shape.elements.values() if element.choice in shape.required_choices}
    return frozenset(shape.required) | chosen


@cache
def list_item_arrays(resource_type: str) -> frozenset[str]:
    """Return the arrays whose items may differ in place: extensions, contained resources, and what may hold references
    (`docs/parts.md` 3, 10)."""
    elements = get_structure(resource_type).elements.values()
    always = ("extension", "contained")
    return frozenset(e.name for e in elements if e.many and (e.name in always or _holds_references(e.kind)))


@cache
def _holds_references(kind: str, above: tuple[str, ...] = ()) -> bool:
    """Return whether an element of `kind` may hold a reference, extensions and contained resources aside."""
    if kind in ("Extension", "Resource", *above):
        return False
    if kind == "Reference":
        return True
    try:
        inner = get_structure(kind).elements.values()
    except KeyError:  # no type of its own: a primitive
        return False
    return any(_holds_references(element.kind, (*above, kind)) for element in inner if not element.primitive)
