"""FHIRPath Patch: a Parameters resource, https://hl7.org/fhir/R4/fhirpatch.html."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hub.api.patches.items import Item, list_items, set_items
from hub.api.patches.operations import Assignment, Operation, make_assignment, parse_operations
from hub.api.patches.paths import Node, list_elements
from hub.domain.errors import Invalid, Refused
from hub.fhir import dumps, loads
from hub.record.write.edit import Patch


class _MisfitError(Exception):
    """An operation does not fit the resource; the client gets the same answer whatever the reason (`docs/leaks.md` L64)."""


def parse_fhirpath_patch(parameters: dict[str, Any], *, may_read: bool = True) -> Patch:
    """Return the change that `parameters` asks for.

    Raises Invalid as `check` of the Parameters, `patch-malformed` at an operation that lacks something, `patch-path` for a
    path that is not of the subset that the hub supports (`hub.api.patches.paths`), `patch-too-long`. The change itself raises
    Invalid `patch-failed` at `Parameters.parameter[n]`: the path leads to no element or to several, or the operation does not
    fit. Raises Refused `scope-insufficient`: a `where` of who may not read, since whether it finds something tells a value."""
    operations = parse_operations(parameters)
    if not may_read and any(operation.path.has_criteria for operation in operations):
        raise Refused("scope-insufficient")
    return partial(_apply, operations)


def _apply(operations: list[Operation], resource: dict[str, Any]) -> dict[str, Any]:
    for operation in operations:
        try:
            _APPLY[operation.type](operation, resource)
        except _MisfitError:
            raise Invalid("patch-failed", where=operation.place) from None
    return loads(dumps(_remove_empty(resource)))


def _add(operation: Operation, resource: dict[str, Any]) -> None:
    """Add a named element to the element at the path: at the end of a list, else only where there is none yet."""
    node = _check_one(operation.path.find_nodes(resource))
    if not isinstance(node.value, dict):
        raise _MisfitError
    new = _make_assignment(operation, node, operation.name)
    names = [element.name for element in list_elements(node.kind, operation.name)]
    if not new.many and any(list_items(node.value, name) for name in names):
        raise _MisfitError
    items = list_items(node.value, new.name) if new.many else []
    set_items(node.value, new.name, [*items, new.item], many=new.many)


def _insert(operation: Operation, resource: dict[str, Any]) -> None:
    """Insert into the list at the path, before the item of that index."""
    owner, name = _find_list(operation, resource)
    items = list_items(owner.value, name)
    if operation.index > len(items):
        raise _MisfitError
    items.insert(operation.index, _make_assignment(operation, owner, name).item)
    set_items(owner.value, name, items, many=True)


def _delete(operation: Operation, resource: dict[str, Any]) -> None:
    """Delete the element at the path, if there is one; never several."""
    nodes = operation.path.find_nodes(resource)
    if nodes:
        _put(_check_one(nodes), [])


def _replace(operation: Operation, resource: dict[str, Any]) -> None:
    """Replace the one element at the path; that of a choice also by one of another type."""
    node = _check_one(operation.path.find_nodes(resource))
    if node.owner is None or node.element is None:
        raise _MisfitError
    new = _make_assignment(operation, node.owner, node.element.choice or node.element.name)
    _put(node, [new.item] if new.name == node.element.name else [])
    if new.name != node.element.name:
        set_items(node.owner.value, new.name, [new.item], many=False)


def _move(operation: Operation, resource: dict[str, Any]) -> None:
    """Move an item within the list at the path."""
    owner, name = _find_list(operation, resource)
    items = list_items(owner.value, name)
    if max(operation.source, operation.destination) >= len(items):
        raise _MisfitError
    items.insert(operation.destination, items.pop(operation.source))
    set_items(owner.value, name, items, many=True)


_APPLY: dict[str, Callable[[Operation, dict[str, Any]], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}


def _check_one(nodes: list[Node]) -> Node:
    if len(nodes) != 1:
        raise _MisfitError
    return nodes[0]


def _find_list(operation: Operation, resource: dict[str, Any]) -> tuple[Node, str]:
    """Return the element that has the list at the path, and the list's name."""
    owner = _check_one(operation.path.find_owners(resource))
    elements = list_elements(owner.kind, operation.path.last)
    if not isinstance(owner.value, dict) or not elements or not elements[0].many:
        raise _MisfitError
    return owner, elements[0].name


def _make_assignment(operation: Operation, owner: Node, name: str) -> Assignment:
    assignment = make_assignment(operation.value, owner.kind, name)
    if assignment is None:
        raise _MisfitError
    return assignment


def _put(node: Node, replacement: list[Item]) -> None:
    """Put `replacement`, one item or none, in the place of the element `node`."""
    if node.owner is None or node.element is None:
        raise _MisfitError
    items = list_items(node.owner.value, node.element.name)
    items[node.rank : node.rank + 1] = replacement
    set_items(node.owner.value, node.element.name, items, many=node.element.many)


def _remove_empty(value: Any) -> Any:
    """Return `value` without the objects and lists in it that have become empty: R4 has no empty element."""
    if isinstance(value, dict):
        members = {name: _remove_empty(inner) for name, inner in value.items()}
        return {name: inner for name, inner in members.items() if inner not in ({}, [])}
    if isinstance(value, list):
        return [inner for inner in map(_remove_empty, value) if inner not in ({}, [])]
    return value
