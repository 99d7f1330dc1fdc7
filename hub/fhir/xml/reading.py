"""FHIR's XML as the hub's JSON: https://hl7.org/fhir/R4/xml.html.

Nothing is fetched and nothing expanded: no DOCTYPE, no entity but XML's own five, UTF-8 alone (`docs/security.md` §5.3, I04).
A value that is not of its type is passed on as a text, so that the checks of JSON report it with its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from hub.domain.errors import Invalid, Malformed, Problem
from hub.fhir.exact_json import DEPTH, SIZE, measure
from hub.fhir.r4 import MODELLED, RESOURCES
from hub.fhir.structure import Element, Structure, get_structure
from hub.fhir.xml.members import build_members, parse_primitive, render_markup
from hub.fhir.xml.parsing import FHIR, XHTML, XSI, make_parser

_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']""")
_MOST_PROBLEMS = 20
# An element takes five bytes and ten microseconds: a referral Bundle of 5 MiB has a hundred thousand.
_MOST_ELEMENTS = 150_000
# Of one element: FHIR has three. lxml finds each by a walk from the first, so the cost grows with the square of their number.
_MOST_ATTRIBUTES = 32


def to_json(data: bytes, *, size: int = SIZE) -> dict[str, Any]:
    """Return the resource in `data` as `hub.fhir.loads` would.

    Malformed: longer than `size` bytes or more elements than any message has, not well-formed UTF-8 XML, a DOCTYPE, no
    resource of R4 in FHIR's namespace, deeper than `DEPTH`, a number beyond `DIGITS`. Invalid: an unknown element, at the path of
    its parent; an element given twice; text where FHIR has none. The order of elements is not checked.
    """
    if len(data) > size:
        raise Malformed("json-too-large")
    if b"<!DOCTYPE" in data:  # in a comment too: no sender needs it
        raise Malformed("xml-doctype")
    declared = _DECLARED.match(data)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        raise Malformed("xml-malformed")
    try:
        root = etree.fromstring(data, make_parser(encoding="utf-8"))
    except etree.XMLSyntaxError:  # its text may quote the message: not chained
        raise Malformed("xml-malformed") from None
    name = str(root.tag).removeprefix(FHIR)
    if f"{FHIR}{name}" != root.tag or name not in RESOURCES:
        raise Malformed("xml-not-resource")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise Malformed("json-too-large")
    reader = _Reader()
    resource = reader.read_resource(root, name, 1)
    if reader.problems:
        raise Invalid(*reader.problems)
    measure(resource)
    return resource


class _Reader:
    """Turns elements into JSON and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def report(self, code: str, path: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(code, path))

    def read_resource(self, node: Any, path: str, depth: int) -> dict[str, Any]:
        name = str(node.tag).removeprefix(FHIR) if str(node.tag).startswith(FHIR) else ""
        if name not in RESOURCES:
            self.report("type-unknown", f"{path}.resourceType")
            return {}
        resource = {"resourceType": name}
        if name in MODELLED:
            self.read_attributes(node, frozenset(), path)
            resource |= self.read_object(node, get_structure(name), path, depth)
        return resource

    def read_object(self, node: Any, shape: Structure, path: str, depth: int) -> dict[str, Any]:
        """Return the children of `node` as a JSON object, with arrays where the structure has them."""
        if depth > DEPTH:
            raise Malformed("json-too-deep")
        members: dict[str, Any] = {}
        for element, children in self.group_children(node, shape, path):
            if len(children) > 1 and not element.many:
                self.report("element-twice", f"{path}.{element.name}")
            values: list[Any] = []
            partners: list[Any] = []
            for rank, child in enumerate(children):
                inner = f"{path}.{element.name}[{rank}]" if element.many else f"{path}.{element.name}"
                if element.primitive:
                    values.append(
                        render_markup(child)
                        if element.kind == "xhtml"
                        else parse_primitive(element.kind, child.get("value"))
                    )
                    partners.append(self.read_partner(child, inner, depth) if element.kind != "xhtml" else None)
                else:
                    values.append(self.read_complex(child, element, inner, depth))
            members |= build_members(element, values, partners)
        return members

    def group_children(self, node: Any, shape: Structure, path: str) -> Iterator[tuple[Element, list[Any]]]:
        """Yield each element with its nodes, in the order in which they first occur."""
        nodes: dict[str, list[Any]] = {}
        self.refuse_text(node.text, path)
        for child in node:
            self.refuse_text(child.tail, path)
            if not isinstance(child.tag, str):  # a comment or a processing instruction
                continue
            namespace = XHTML if shape.name == "Narrative" and child.tag.endswith("}div") else FHIR
            name = child.tag.removeprefix(namespace)
            if name == child.tag or name not in shape.elements or self.is_attribute(shape, name):
                self.report("element-unknown", path)
            else:
                nodes.setdefault(name, []).append(child)
        for name, children in nodes.items():
            yield shape.elements[name], children

    @staticmethod
    def is_attribute(shape: Structure, name: str) -> bool:
        """Return whether the element is an XML attribute: the id outside resources, and the url of an extension."""
        return (name == "id" and "meta" not in shape.elements) or (name == "url" and shape.name == "Extension")

    def read_complex(self, node: Any, element: Element, path: str, depth: int) -> dict[str, Any]:
        if element.kind == "Resource":
            self.read_attributes(node, frozenset(), path)
            inside = list(node.iterchildren(tag=etree.Element))
            if len(inside) != 1:
                self.report("object-expected", path)
                return {}
            return self.read_resource(inside[0], path, depth + 1)
        shape = get_structure(element.kind)
        attributes = self.read_attributes(
            node, frozenset(name for name in ("id", "url") if self.is_attribute(shape, name)), path
        )
        return attributes | self.read_object(node, shape, path, depth + 1)

    def read_partner(self, node: Any, path: str, depth: int) -> dict[str, Any] | None:
        """Return the id and extensions of a primitive, None without any."""
        attributes = self.read_attributes(node, frozenset({"id", "value"}), path)
        attributes.pop("value", None)
        return (attributes | self.read_object(node, get_structure("Element"), path, depth + 1)) or None

    def read_attributes(self, node: Any, known: frozenset[str], path: str) -> dict[str, Any]:
        if len(node.attrib) > _MOST_ATTRIBUTES:
            self.report("element-unknown", path)
            return {}
        attributes = {name: text for name, text in node.items() if not name.startswith(XSI)}
        if not attributes.keys() <= known:
            self.report("element-unknown", path)
        return attributes

    def refuse_text(self, text: str | None, path: str) -> None:
        if text is not None and not text.isspace():
            self.report("xml-text", path)
