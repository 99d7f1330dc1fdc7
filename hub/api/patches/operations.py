"""The operations of a FHIRPath Patch as they are read: https://hl7.org/fhir/R4/fhirpatch.html, the table of operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from hub.api.patches.items import Item, items, keep
from hub.api.patches.paths import Path, elements, read_path
from hub.conformance import check
from hub.domain.errors import Invalid, Problem

MAX_OPERATIONS = 100
# Type → what it needs beside a path.
_NEEDS: dict[str, tuple[str, ...]] = {
    "add": ("name", "value"),
    "insert": ("index", "value"),
    "delete": (),
    "replace": ("value",),
    "move": ("source", "destination"),
}
_ON_A_COLLECTION = frozenset({"insert", "move"})


@dataclass(frozen=True)
class Operation:
    """One operation. `value`: the part of that name, whole. What the type does not need is empty."""

    place: str
    type: str
    path: Path
    name: str
    value: dict[str, Any]
    index: int
    source: int
    destination: int


class Named(NamedTuple):
    """A value and where it goes: the JSON property, and whether that is a list."""

    name: str
    item: Item
    many: bool


def read_operations(parameters: dict[str, Any]) -> list[Operation]:
    """The operations in their order. Invalid: see `hub.api.patches.fhirpath.parse_fhirpath_patch`."""
    check(parameters, known=frozenset({"Parameters"}))
    found = parameters.get("parameter", [])
    if len(found) > MAX_OPERATIONS:
        raise Invalid("patch-too-long", where="Parameters.parameter")
    read = [_operation(f"Parameters.parameter[{rank}]", one) for rank, one in enumerate(found)]
    problems = [one for one in read if isinstance(one, Problem)]
    if problems:
        raise Invalid(*problems)
    return [one for one in read if isinstance(one, Operation)]


def _operation(place: str, parameter: dict[str, Any]) -> Operation | Problem:
    parts = {part.get("name"): part for part in parameter.get("part", ())}
    said = {name: _value(part) for name, part in parts.items() if name != "value"}
    kind, text = said.get("type"), said.get("path")
    if parameter.get("name") != "operation" or kind not in _NEEDS or not isinstance(text, str):
        return Problem("patch-malformed", place)
    numbers = [said.get(name, 0) for name in ("index", "source", "destination")]
    if not set(_NEEDS[kind]) <= set(parts) or not all(type(number) is int and number >= 0 for number in numbers):
        return Problem("patch-malformed", place)
    name = said.get("name", "")
    if not isinstance(name, str):
        return Problem("patch-malformed", place)
    path = read_path(text)
    if path is None or (kind in _ON_A_COLLECTION and not path.last):
        return Problem("patch-path", place)
    return Operation(place, kind, path, name, parts.get("value", {}), *numbers)


def _value(part: dict[str, Any]) -> Any:
    return next((value for key, value in part.items() if key.startswith("value")), None)


def named(part: dict[str, Any], kind: str, name: str) -> Named | None:
    """Where what `part` holds goes as `name` in FHIR type `kind`; None when that has no such element of this type."""
    key = next((key for key in part if key.startswith("value")), "")
    found = elements(kind, name)
    if found and found[0].choice == name:
        # The element of a choice is named after the type of its value: `value` and `valueString`.
        found = [one for one in found if one.name == name + key.removeprefix("value")]
    if not found:
        return None
    element = found[0]
    if "part" in part:
        inner = _built(part["part"], element.kind)
        return None if inner is None else Named(element.name, Item(inner), element.many)
    return Named(element.name, Item(part[key], part.get(f"_{key}")), element.many) if key else None


def _built(parts: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    """An element without a type of its own, from the parts that name its elements."""
    found: dict[str, Any] = {}
    for part in parts:
        inner = named(part, kind, part["name"])
        if inner is None:
            return None
        keep(found, inner.name, [*(items(found, inner.name) if inner.many else ()), inner.item], many=inner.many)
    return found
