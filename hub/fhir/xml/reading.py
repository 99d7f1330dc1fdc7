"""FHIR's XML as the hub's JSON: https://hl7.org/fhir/R4/xml.html.

Nothing is fetched and nothing expanded: no DOCTYPE, no entity but XML's own five, UTF-8 alone (`docs/security.md` §5.3, I04).
A value that is not of its type is handed on as a text, so that the checks of JSON say where it stands.
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
# Five bytes make an element, and each takes its ten microseconds: a referral Bundle of 5 MiB has a hundred thousand.
_MOST_ELEMENTS = 150_000
# Of one element: FHIR has three. Each is found by a walk from the first, so that many cost the square of their number.
_MOST_ATTRIBUTES = 32


def to_json(data: bytes, *, size: int = SIZE) -> dict[str, Any]:
    """The resource in `data` as `hub.fhir.loads` would give it.

    Malformed: longer than `size` bytes or more elements than any message has, not well-formed UTF-8 XML, a DOCTYPE, no
    resource of R4 in FHIR's namespace, deeper than `DEPTH`, a number beyond `DIGITS`. Invalid: what is no element of R4,
    at the place of its parent; an element given twice; text where FHIR has none. Their order is not asked for.
    """
    if len(data) > size:
        raise Malformed("json-too-large")
    if b"<!DOCTYPE" in data:  # in a comment too: no sender has a use for it
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
    resource = reader.resource(root, name, 1)
    if reader.problems:
        raise Invalid(*reader.problems)
    measure(resource)
    return resource


class _Reader:
    """Elements into JSON, and what is wrong with them so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, code: str, place: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(code, place))

    def resource(self, node: Any, place: str, depth: int) -> dict[str, Any]:
        name = str(node.tag).removeprefix(FHIR) if str(node.tag).startswith(FHIR) else ""
        if name not in RESOURCES:
            self.wrong("type-unknown", f"{place}.resourceType")
            return {}
        found = {"resourceType": name}
        if name in MODELLED:
            self.attributes(node, frozenset(), place)
            found |= self.object(node, get_structure(name), place, depth)
        return found

    def object(self, node: Any, shape: Structure, place: str, depth: int) -> dict[str, Any]:
        """The children of `node`: members of the JSON object, arrays where the structure has them."""
        if depth > DEPTH:
            raise Malformed("json-too-deep")
        found: dict[str, Any] = {}
        for element, children in self.children(node, shape, place):
            if len(children) > 1 and not element.many:
                self.wrong("element-twice", f"{place}.{element.name}")
            values: list[Any] = []
            partners: list[Any] = []
            for rank, child in enumerate(children):
                inner = f"{place}.{element.name}[{rank}]" if element.many else f"{place}.{element.name}"
                if element.primitive:
                    values.append(
                        render_markup(child)
                        if element.kind == "xhtml"
                        else parse_primitive(element.kind, child.get("value"))
                    )
                    partners.append(self.partner(child, inner, depth) if element.kind != "xhtml" else None)
                else:
                    values.append(self.complex(child, element, inner, depth))
            found |= build_members(element, values, partners)
        return found

    def children(self, node: Any, shape: Structure, place: str) -> Iterator[tuple[Element, list[Any]]]:
        """The child elements by name, in the order in which they first stand."""
        named: dict[str, list[Any]] = {}
        self.no_text(node.text, place)
        for child in node:
            self.no_text(child.tail, place)
            if not isinstance(child.tag, str):  # a comment, or what speaks to other software
                continue
            namespace = XHTML if shape.name == "Narrative" and child.tag.endswith("}div") else FHIR
            name = child.tag.removeprefix(namespace)
            if name == child.tag or name not in shape.elements or self.attribute(shape, name):
                self.wrong("element-unknown", place)
            else:
                named.setdefault(name, []).append(child)
        for name, children in named.items():
            yield shape.elements[name], children

    @staticmethod
    def attribute(shape: Structure, name: str) -> bool:
        """Is it written as an attribute? The id of what is no resource, and the url of an extension."""
        return (name == "id" and "meta" not in shape.elements) or (name == "url" and shape.name == "Extension")

    def complex(self, node: Any, element: Element, place: str, depth: int) -> dict[str, Any]:
        if element.kind == "Resource":
            self.attributes(node, frozenset(), place)
            inside = list(node.iterchildren(tag=etree.Element))
            if len(inside) != 1:
                self.wrong("object-expected", place)
                return {}
            return self.resource(inside[0], place, depth + 1)
        shape = get_structure(element.kind)
        said = self.attributes(node, frozenset(name for name in ("id", "url") if self.attribute(shape, name)), place)
        return said | self.object(node, shape, place, depth + 1)

    def partner(self, node: Any, place: str, depth: int) -> dict[str, Any] | None:
        """What a primitive says beside its value: id and extensions."""
        said = self.attributes(node, frozenset({"id", "value"}), place)
        said.pop("value", None)
        return (said | self.object(node, get_structure("Element"), place, depth + 1)) or None

    def attributes(self, node: Any, known: frozenset[str], place: str) -> dict[str, Any]:
        if len(node.attrib) > _MOST_ATTRIBUTES:
            self.wrong("element-unknown", place)
            return {}
        found = {name: text for name, text in node.items() if not name.startswith(XSI)}
        if not found.keys() <= known:
            self.wrong("element-unknown", place)
        return found

    def no_text(self, text: str | None, place: str) -> None:
        if text is not None and not text.isspace():
            self.wrong("xml-text", place)
