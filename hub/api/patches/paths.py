"""Where a FHIRPath of a patch leads in a resource: a small subset of the language, which says places and not values.

https://hl7.org/fhir/R4/fhirpatch.html asks for "a simple FHIRPath"; taken here are element names, `[n]`, `first()`,
`last()`, `where(path = literal and …)`, `extension('url')` and `ofType(Type)` (http://hl7.org/fhirpath/N1/). Nothing
loops, calls or looks outside the resource. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from hub.api.patches.items import items
from hub.fhir import Element, get_structure

LONGEST = 400  # characters
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
    """An element that a path leads to, of FHIR type `kind`. `owner`: the element that has it, None for the resource;
    `element`: what the definition says of it; `rank`: its place in a list, else 0."""

    kind: str
    value: Any
    owner: Node | None = None
    element: Element | None = None
    rank: int = 0


# From the nodes that a path led to so far to those of the next step.
Step = Callable[[list[Node]], list[Node]]


class Path(NamedTuple):
    """A path as read. `last`: the name of its last step when that is an element's, which may then mean the collection."""

    steps: tuple[Step, ...]
    last: str

    def nodes(self, resource: dict[str, Any]) -> list[Node]:
        """All that the path leads to in `resource`."""
        return _followed(self.steps, resource)

    def owners(self, resource: dict[str, Any]) -> list[Node]:
        """What has the element that the last step names."""
        return _followed(self.steps[:-1], resource)


def _followed(steps: tuple[Step, ...], resource: dict[str, Any]) -> list[Node]:
    found = [Node(resource["resourceType"], resource)]
    for step in steps:
        found = step(found)
    return found


def read_path(text: str) -> Path | None:
    """The path that `text` writes; None when it is not of the subset."""
    start = re.match(_NAME, text)
    if start is None or len(text) > LONGEST:
        return None
    # FHIRPath: a first name with a capital is the type of the resource, else an element of it.
    first = _of_type(start[0]) if start[0][0].isupper() else _child(start[0])
    steps, last, at = [first], "" if start[0][0].isupper() else start[0], start.end()
    while at < len(text):
        found = _STEP.match(text, at)
        step = _step(found) if found else None
        if found is None or step is None:
            return None
        steps.append(step)
        last, at = found["name"] or "", found.end()
    return Path(tuple(steps), last)


def _step(found: re.Match[str]) -> Step | None:
    if found["rank"]:
        return lambda nodes: nodes[int(found["rank"]) :][:1]
    if found["end"]:
        return (lambda nodes: nodes[:1]) if found["end"] == "first" else (lambda nodes: nodes[-1:])
    if found["where"] is not None:
        return _where(found["where"])
    if found["url"]:
        url = _literal(found["url"])
        extensions, wanted = _child("extension"), ((("url",), url),)
        return lambda nodes: _that(extensions(nodes), wanted)
    return _of_type(found["type"]) if found["type"] else _child(found["name"])


def _of_type(name: str) -> Step:
    kind = name.lower()
    return lambda nodes: [node for node in nodes if node.kind.lower() == kind]


def _child(name: str) -> Step:
    return lambda nodes: [found for node in nodes for found in _children(node, name)]


def _children(node: Node, name: str) -> Iterator[Node]:
    if not isinstance(node.value, dict):
        return
    for element in elements(node.kind, name):
        for rank, item in enumerate(items(node.value, element.name)):
            yield Node(element.kind, item.value, node, element, rank)


def elements(kind: str, name: str) -> list[Element]:
    """The elements that `name` means in a FHIR type: one, or those of a choice; none when it has no such."""
    try:
        known = get_structure(kind).elements
    except KeyError:
        return []
    return [known[name]] if name in known else [one for one in known.values() if one.choice == name]


def _where(text: str) -> Step | None:
    """The items of which all that `text` says is true; None when it is not of the subset."""
    wanted: list[tuple[tuple[str, ...], Any]] = []
    at = 0
    while True:
        term = _TERMS.match(text, at)
        if term is None:
            return None
        wanted.append((tuple(term["path"].split(".")), _literal(term["literal"])))
        if term.end() == len(text):
            return lambda nodes: _that(nodes, tuple(wanted))
        following = _AND.match(text, term.end())
        if following is None:
            return None
        at = following.end()


def _that(nodes: list[Node], wanted: tuple[tuple[tuple[str, ...], Any], ...]) -> list[Node]:
    return [node for node in nodes if all(_says(node, path, literal) for path, literal in wanted)]


def _says(node: Node, path: tuple[str, ...], literal: Any) -> bool:
    """As `=` of FHIRPath: what is there is one value, and this one."""
    found = [node]
    for name in path:
        found = _child(name)(found)
    return len(found) == 1 and type(found[0].value) is type(literal) and bool(found[0].value == literal)


def _literal(text: str) -> Any:
    if text.startswith("'"):
        return _ESCAPED.sub(r"\1", text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    return Decimal(text) if "." in text else int(text)
