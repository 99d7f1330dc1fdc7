"""The elements of a resource to which the FHIRPath of a patch leads: a small subset of the language. Pure.

https://hl7.org/fhir/R4/fhirpatch.html requires "a simple FHIRPath"; supported are element names, `[n]`, `first()`, `last()`,
`where(path = literal and …)`, `extension('url')` and `ofType(Type)` (http://hl7.org/fhirpath/N1/). A client's expression is not
run by a general evaluator: nothing here loops, calls a function or reads outside the resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from hub.api.patches.items import list_items
from hub.fhir import Element, get_structure

MAX_LENGTH = 400  # characters
_NAME = r"[A-Za-z][A-Za-z0-9]{0,63}"
_LITERAL = r"'(?:[^'\\]|\\.)*'|true|false|-?[0-9]{1,18}(?:\.[0-9]{1,18})?"
_TERM = rf"\s*(?P<path>{_NAME}(?:\.{_NAME})*)\s*=\s*(?P<literal>{_LITERAL})\s*"
_STEP = re.compile(
    rf"\[(?P<rank>[0-9]{{1,5}})\]|\.(?P<end>first|last)\(\)|\.where\((?P<where>(?:'(?:[^'\\]|\\.)*'|[^'()])*)\)"
    rf"|\.extension\((?P<url>'(?:[^'\\]|\\.)*')\)|\.ofType\((?P<type>{_NAME})\)|\.(?P<name>{_NAME})(?!\()"
)
_TERMS = re.compile(_TERM)
_AND = re.compile(r"and\b")
_ESCAPED = re.compile(r"\\(.)")


class Node(NamedTuple):
    """An element to which a path leads, of FHIR type `kind`. `owner`: the element that has it, None for the resource itself;
    `element`: its definition; `rank`: its index in a list, else 0."""

    kind: str
    value: Any
    owner: Node | None = None
    element: Element | None = None
    rank: int = 0


# From the nodes to which the path has led so far to those of the next step.
Step = Callable[[list[Node]], list[Node]]
# (path, literal) of each comparison in a `where`, which must all hold.
Criteria = tuple[tuple[tuple[str, ...], Any], ...]


class Path(NamedTuple):
    """A parsed path. `last`: the name of its last step when that is an element's, which may then mean the collection.
    `has_criteria`: what it leads to depends on values."""

    steps: tuple[Step, ...]
    last: str
    has_criteria: bool = False

    def find_nodes(self, resource: dict[str, Any]) -> list[Node]:
        """Return all elements of `resource` to which the path leads."""
        return _follow(self.steps, resource)

    def find_owners(self, resource: dict[str, Any]) -> list[Node]:
        """Return the elements that have the element of the last step."""
        return _follow(self.steps[:-1], resource)


def _follow(steps: tuple[Step, ...], resource: dict[str, Any]) -> list[Node]:
    nodes = [Node(resource["resourceType"], resource)]
    for step in steps:
        nodes = step(nodes)
    return nodes


def parse_path(text: str) -> Path | None:
    """Return the path `text`; None when it is not of the subset."""
    start = re.match(_NAME, text)
    if start is None or len(text) > MAX_LENGTH:
        return None
    # FHIRPath: a first name with a capital is the type of the resource, else an element of it.
    first = _select_type(start[0]) if start[0][0].isupper() else _select_children(start[0])
    steps, last, at = [first], "" if start[0][0].isupper() else start[0], start.end()
    while at < len(text):
        match = _STEP.match(text, at)
        step = _make_step(match) if match else None
        if match is None or step is None:
            return None
        steps.append(step)
        last, at = match["name"] or "", match.end()
    return Path(tuple(steps), last, ".where(" in text)


def _make_step(match: re.Match[str]) -> Step | None:
    if match["rank"]:
        return lambda nodes: nodes[int(match["rank"]) :][:1]
    if match["end"]:
        return (lambda nodes: nodes[:1]) if match["end"] == "first" else (lambda nodes: nodes[-1:])
    if match["where"] is not None:
        return _parse_where(match["where"])
    if match["url"]:
        select_extensions, criteria = _select_children("extension"), ((("url",), _parse_literal(match["url"])),)
        return lambda nodes: _filter(select_extensions(nodes), criteria)
    return _select_type(match["type"]) if match["type"] else _select_children(match["name"])


def _select_type(name: str) -> Step:
    kind = name.lower()
    return lambda nodes: [node for node in nodes if node.kind.lower() == kind]


def _select_children(name: str) -> Step:
    return lambda nodes: [child for node in nodes for child in _list_children(node, name)]


def _list_children(node: Node, name: str) -> Iterator[Node]:
    if not isinstance(node.value, dict):
        return
    for element in list_elements(node.kind, name):
        for rank, item in enumerate(list_items(node.value, element.name)):
            yield Node(element.kind, item.value, node, element, rank)


def list_elements(kind: str, name: str) -> list[Element]:
    """Return the elements that `name` means in a FHIR type: one, or those of a choice; none when it has no such element."""
    try:
        elements = get_structure(kind).elements
    except KeyError:
        return []
    return (
        [elements[name]] if name in elements else [element for element in elements.values() if element.choice == name]
    )


def _parse_where(text: str) -> Step | None:
    """Return the step that keeps the items for which each comparison in `text` holds; None when it is not of the subset."""
    criteria: list[tuple[tuple[str, ...], Any]] = []
    at = 0
    while True:
        term = _TERMS.match(text, at)
        if term is None:
            return None
        criteria.append((tuple(term["path"].split(".")), _parse_literal(term["literal"])))
        if term.end() == len(text):
            return lambda nodes: _filter(nodes, tuple(criteria))
        following = _AND.match(text, term.end())
        if following is None:
            return None
        at = following.end()


def _filter(nodes: list[Node], criteria: Criteria) -> list[Node]:
    return [node for node in nodes if all(_equals(node, path, literal) for path, literal in criteria)]


def _equals(node: Node, path: tuple[str, ...], literal: Any) -> bool:
    """Return whether `path` leads to exactly one value, which equals `literal`, as `=` of FHIRPath does."""
    nodes = [node]
    for name in path:
        nodes = _select_children(name)(nodes)
    return len(nodes) == 1 and type(nodes[0].value) is type(literal) and bool(nodes[0].value == literal)


def _parse_literal(text: str) -> Any:
    if text.startswith("'"):
        return _ESCAPED.sub(r"\1", text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    return Decimal(text) if "." in text else int(text)
