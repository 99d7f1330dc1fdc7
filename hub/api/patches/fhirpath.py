"""FHIRPath Patch: a Parameters resource, https://hl7.org/fhir/R4/fhirpatch.html."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hub.api.patches.items import Item, items, keep
from hub.api.patches.operations import Named, Operation, named, read_operations
from hub.api.patches.paths import Node, elements
from hub.domain.errors import Invalid
from hub.fhir import dumps, loads
from hub.record.write.edit import Patch


class _MisfitError(Exception):
    """An operation does not fit the resource: constant towards the caller, whatever the reason (`docs/leaks.md` L64)."""


def parse_fhirpath_patch(parameters: dict[str, Any]) -> Patch:
    """The change that `parameters` asks for.

    Invalid: as `check` of the Parameters, `patch-malformed` at an operation that lacks something, `patch-path` where the
    path is not of the subset that the hub takes (`hub.api.patches.paths`), `patch-too-long`. The change itself raises
    Invalid `patch-failed` at `Parameters.parameter[n]`: the path leads nowhere or to several, or what the operation
    supposes does not hold.
    """
    return partial(_patched, read_operations(parameters))


def _patched(operations: list[Operation], resource: dict[str, Any]) -> dict[str, Any]:
    for operation in operations:
        try:
            _DONE[operation.type](operation, resource)
        except _MisfitError:
            raise Invalid("patch-failed", where=operation.place) from None
    return loads(dumps(_without_empty(resource)))


def _add(operation: Operation, resource: dict[str, Any]) -> None:
    """To the element at the path, under a name; a list grows at its end, anything else must not be there yet."""
    node = _one(operation.path.nodes(resource))
    if not isinstance(node.value, dict):
        raise _MisfitError
    found = _value(operation, node, operation.name)
    if not found.many and any(items(node.value, one.name) for one in elements(node.kind, operation.name)):
        raise _MisfitError
    said = items(node.value, found.name) if found.many else []
    keep(node.value, found.name, [*said, found.item], many=found.many)


def _insert(operation: Operation, resource: dict[str, Any]) -> None:
    """Into the list at the path, before the item of that index."""
    owner, name = _list(operation, resource)
    said = items(owner.value, name)
    if operation.index > len(said):
        raise _MisfitError
    said.insert(operation.index, _value(operation, owner, name).item)
    keep(owner.value, name, said, many=True)


def _delete(operation: Operation, resource: dict[str, Any]) -> None:
    """The element at the path, "if found"; never several."""
    nodes = operation.path.nodes(resource)
    if nodes:
        _put(_one(nodes), [])


def _replace(operation: Operation, resource: dict[str, Any]) -> None:
    """The one element at the path; of a choice, also by another type."""
    node = _one(operation.path.nodes(resource))
    if node.owner is None or node.element is None:
        raise _MisfitError
    found = _value(operation, node.owner, node.element.choice or node.element.name)
    _put(node, [found.item] if found.name == node.element.name else [])
    if found.name != node.element.name:
        keep(node.owner.value, found.name, [found.item], many=False)


def _move(operation: Operation, resource: dict[str, Any]) -> None:
    """Within the list at the path."""
    owner, name = _list(operation, resource)
    said = items(owner.value, name)
    if max(operation.source, operation.destination) >= len(said):
        raise _MisfitError
    said.insert(operation.destination, said.pop(operation.source))
    keep(owner.value, name, said, many=True)


_DONE: dict[str, Callable[[Operation, dict[str, Any]], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}


def _one(nodes: list[Node]) -> Node:
    if len(nodes) != 1:
        raise _MisfitError
    return nodes[0]


def _list(operation: Operation, resource: dict[str, Any]) -> tuple[Node, str]:
    """What has the list that the path names, and the list's name."""
    owner = _one(operation.path.owners(resource))
    found = elements(owner.kind, operation.path.last)
    if not isinstance(owner.value, dict) or not found or not found[0].many:
        raise _MisfitError
    return owner, found[0].name


def _value(operation: Operation, owner: Node, name: str) -> Named:
    found = named(operation.value, owner.kind, name)
    if found is None:
        raise _MisfitError
    return found


def _put(node: Node, instead: list[Item]) -> None:
    """`instead` of the element `node`: one item, or none."""
    if node.owner is None or node.element is None:
        raise _MisfitError
    said = items(node.owner.value, node.element.name)
    said[node.rank : node.rank + 1] = instead
    keep(node.owner.value, node.element.name, said, many=node.element.many)


def _without_empty(value: Any) -> Any:
    """`value` without the objects and lists in it that have nothing left: R4 has no empty element."""
    if isinstance(value, dict):
        found = {name: _without_empty(inner) for name, inner in value.items()}
        return {name: inner for name, inner in found.items() if inner not in ({}, [])}
    if isinstance(value, list):
        return [inner for inner in map(_without_empty, value) if inner not in ({}, [])]
    return value
