"""What of a resource was not read, element by element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adapters.fhir.elements.node import Node
from adapters.fhir.elements.primitives import get_tail

# Elements about the resource as a thing of the sender's server, not about the person. `contained`: resources of their own.
_TECHNICAL = frozenset({"resourceType", "id", "meta", "implicitRules", "language", "contained"})


@dataclass(frozen=True)
class Leftover:
    """An element, or one repetition of it, that was not read. `element`: the name of the element of the resource that holds it;
    `path`: below the resource, `code.coding.version`, an extension as `name:us-core-race`; `where`: its place in the message."""

    element: str
    path: str
    where: str
    value: Any


def list_leftovers(node: Node) -> Iterator[Leftover]:
    """Yield what was not read of a resource."""
    for key in node.json:
        yield from _list_of_element(node, key, key, "")


def _list_of_element(node: Node, key: str, element: str, path: str) -> Iterator[Leftover]:
    value = node.json[key]
    if key == "id" or (not path and key in _TECHNICAL) or node.is_known(key):
        return
    if key == "extension" and isinstance(value, list):
        for i, item in enumerate(value):
            yield from _list_of_extension(node, item, f"{node.where}.extension[{i}]", element, path)
        return
    name = f"{path}.{key.removeprefix('_')}".removeprefix(".")
    for i, item in enumerate(value if isinstance(value, list) else [value]):
        where = f"{node.where}.{key}[{i}]" if isinstance(value, list) else f"{node.where}.{key}"
        inner = node.reading.find_node(item) if isinstance(item, dict) else None
        if not node.is_read(key) or (isinstance(item, dict) and (inner is None or not inner.opened)):
            yield Leftover(element, name, where, item)
        elif inner is not None:
            yield from _list_within(inner, element, name)


def _list_within(node: Node, element: str, path: str) -> Iterator[Leftover]:
    for key in node.json:
        yield from _list_of_element(node, key, element, path)


def _list_of_extension(node: Node, item: Any, where: str, element: str, path: str) -> Iterator[Leftover]:
    name = f"{path}:{get_tail(item.get('url') if isinstance(item, dict) else None)}"
    inner = node.reading.find_node(item) if isinstance(item, dict) else None
    if inner is not None and inner.opened:
        inner.ignore("url")
        yield from _list_within(inner, element, name)
    else:
        value = {key: inner for key, inner in item.items() if key != "url"} if isinstance(item, dict) else item
        yield Leftover(element, name, where, value)
