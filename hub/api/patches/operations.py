"""The operations of a FHIRPath Patch, parsed: https://hl7.org/fhir/R4/fhirpatch.html, the table of operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from hub.api.patches.items import Item, list_items, set_items
from hub.api.patches.paths import Path, list_elements, parse_path
from hub.conformance import check
from hub.domain.errors import Invalid, Problem

MAX_OPERATIONS = 100
# Type → the parts that it requires besides a path.
_REQUIRED: dict[str, tuple[str, ...]] = {
    "add": ("name", "value"),
    "insert": ("index", "value"),
    "delete": (),
    "replace": ("value",),
    "move": ("source", "destination"),
}
_ON_A_COLLECTION = frozenset({"insert", "move"})


@dataclass(frozen=True)
class Operation:
    """One operation. `value`: the whole part of that name. What the type does not require is empty."""

    place: str
    type: str
    path: Path
    name: str
    value: dict[str, Any]
    index: int
    source: int
    destination: int


class Assignment(NamedTuple):
    """A value and the JSON property `name` of which it becomes an item; `many`: the property is a list."""

    name: str
    item: Item
    many: bool


def parse_operations(parameters: dict[str, Any]) -> list[Operation]:
    """Return the operations in their order. Raises Invalid see `hub.api.patches.fhirpath.parse_fhirpath_patch`."""
    check(parameters, known=frozenset({"Parameters"}))
    operations = parameters.get("parameter", [])
    if len(operations) > MAX_OPERATIONS:
        raise Invalid("patch-too-long", where="Parameters.parameter")
    results = [_parse_operation(f"Parameters.parameter[{rank}]", part) for rank, part in enumerate(operations)]
    problems = [result for result in results if isinstance(result, Problem)]
    if problems:
        raise Invalid(*problems)
    return [result for result in results if isinstance(result, Operation)]


def _parse_operation(place: str, parameter: dict[str, Any]) -> Operation | Problem:
    parts = {part.get("name"): part for part in parameter.get("part", ())}
    values = {name: _get_value(part) for name, part in parts.items() if name != "value"}
    kind, text = values.get("type"), values.get("path")
    if parameter.get("name") != "operation" or kind not in _REQUIRED or not isinstance(text, str):
        return Problem("patch-malformed", place)
    numbers = [values.get(name, 0) for name in ("index", "source", "destination")]
    if not set(_REQUIRED[kind]) <= set(parts) or not all(type(number) is int and number >= 0 for number in numbers):
        return Problem("patch-malformed", place)
    name = values.get("name", "")
    if not isinstance(name, str):
        return Problem("patch-malformed", place)
    path = parse_path(text)
    if path is None or (kind in _ON_A_COLLECTION and not path.last):
        return Problem("patch-path", place)
    return Operation(place, kind, path, name, parts.get("value", {}), *numbers)


def _get_value(part: dict[str, Any]) -> Any:
    return next((value for key, value in part.items() if key.startswith("value")), None)


def make_assignment(part: dict[str, Any], kind: str, name: str) -> Assignment | None:
    """Return the value in `part` as the element `name` of FHIR type `kind`; None when that has no such element of the value's
    type."""
    key = next((key for key in part if key.startswith("value")), "")
    elements = list_elements(kind, name)
    if elements and elements[0].choice == name:
        # The element of a choice is named after the type of its value: `value` and `valueString`.
        elements = [element for element in elements if element.name == name + key.removeprefix("value")]
    if not elements:
        return None
    element = elements[0]
    if "part" in part:
        inner = _build_element(part["part"], element.kind)
        return None if inner is None else Assignment(element.name, Item(inner), element.many)
    return Assignment(element.name, Item(part[key], part.get(f"_{key}")), element.many) if key else None


def _build_element(parts: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    """Return an element that is no datatype, from the parts that name its elements."""
    built: dict[str, Any] = {}
    for part in parts:
        inner = make_assignment(part, kind, part["name"])
        if inner is None:
            return None
        items = list_items(built, inner.name) if inner.many else []
        set_items(built, inner.name, [*items, inner.item], many=inner.many)
    return built
