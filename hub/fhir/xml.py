"""FHIR's XML from the hub's JSON and back: https://hl7.org/fhir/R4/xml.html.

The order of elements is that of `structure`, which a test holds against the StructureDefinitions. What XML does not say
itself, whether a value is a number, a boolean or a text and whether it stands in an array, is read from there too.

Nothing is fetched and nothing expanded: no DOCTYPE, no entity but XML's own five, UTF-8 alone (`security.md` §5.3, I04).
A value that is not of its type is handed on as a text, so that the checks of JSON say where it stands.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree

from hub.errors import Invalid, Malformed, Problem
from hub.fhir.exact_json import DEPTH, DIGITS, SIZE, measure, reread
from hub.fhir.r4 import MODELLED, RESOURCES
from hub.fhir.structure import Element, Structure, structure

_FHIR, _XHTML = "{http://hl7.org/fhir}", "{http://www.w3.org/1999/xhtml}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']""")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_WHOLE = frozenset({"integer", "positiveInt", "unsignedInt"})
_BOOLEANS = {"true": True, "false": False}
# Two code points that JSON may hold and XML 1.0 may not; controls and surrogates are no text of FHIR to begin with.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_PROBLEMS = 20
# Five bytes make an element, and each takes its ten microseconds: a referral Bundle of 5 MiB has a hundred thousand.
_MOST_ELEMENTS = 150_000
# Of one element: FHIR has three. Each is found by a walk from the first, so that many cost the square of their number.
_MOST_ATTRIBUTES = 32


def from_json(data: bytes, *, pretty: bool = False) -> bytes:
    """The XML of one resource that the hub wrote as JSON; `pretty`: on lines of their own, but for the narrative.

    A code point that XML 1.0 cannot say is written as U+FFFD. KeyError: something that is no element of R4 in it.
    """
    resource = reread(data)
    root = etree.Element(_FHIR + resource["resourceType"], nsmap={None: _FHIR[1:-1]})
    _fill(root, resource, structure(resource["resourceType"]), resource=True)
    if pretty:
        _indent(root, "\n")
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


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
        root = etree.fromstring(data, _parser(encoding="utf-8"))
    except etree.XMLSyntaxError:  # its text may quote the message: not chained
        raise Malformed("xml-malformed") from None
    name = str(root.tag).removeprefix(_FHIR)
    if f"{_FHIR}{name}" != root.tag or name not in RESOURCES:
        raise Malformed("xml-not-resource")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise Malformed("json-too-large")
    reader = _Reader()
    resource = reader.resource(root, name, 1)
    if reader.problems:
        raise Invalid(*reader.problems)
    measure(resource)
    return resource


def _parser(encoding: str | None = None) -> Any:
    return etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)


def _fill(node: Any, value: dict[str, Any], shape: Structure, *, resource: bool = False) -> None:
    ranks = _ranks(shape.name)
    for name in sorted({key.removeprefix("_") for key in value if key != "resourceType"}, key=ranks.__getitem__):
        element, said, beside = shape.elements[name], value.get(name), value.get(f"_{name}")
        if not resource and (name == "id" or (name == "url" and shape.name == "Extension")):
            node.set(name, _text(said))
            continue
        values = said if element.many and said is not None else [said]
        partners = beside if element.many and beside is not None else [beside]
        for rank in range(max(len(values), len(partners))):
            item = values[rank] if rank < len(values) else None
            partner = partners[rank] if rank < len(partners) else None
            _child(node, element, item, partner)


@cache
def _ranks(name: str) -> dict[str, int]:
    """The rank of each element in its type: what is to be written is sorted, a few of the seventy of an Extension."""
    return {element: rank for rank, element in enumerate(structure(name).elements)}


def _child(node: Any, element: Element, item: Any, partner: dict[str, Any] | None) -> None:
    if element.kind == "xhtml":
        node.append(etree.fromstring(item, _parser()))
        return
    child = etree.SubElement(node, _FHIR + element.name)
    if element.kind == "Resource":
        inner = etree.SubElement(child, _FHIR + item["resourceType"])
        _fill(inner, item, structure(item["resourceType"]), resource=True)
    elif element.primitive:
        if item is not None:
            child.set("value", _text(item))
        if partner is not None:
            _fill(child, partner, structure("Element"))
    else:
        _fill(child, item, structure(element.kind))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NO_XML.sub("\ufffd", str(value))


def _indent(node: Any, line: str) -> None:
    """Each FHIR element on a line; the blanks of a narrative are the author's."""
    if len(node) and node.tag.startswith(_FHIR):
        node.text = f"{line}  "
        for child in node:
            _indent(child, f"{line}  ")
            child.tail = f"{line}  "
        node[-1].tail = line


class _Reader:
    """Elements into JSON, and what is wrong with them so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, code: str, place: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(code, place))

    def resource(self, node: Any, place: str, depth: int) -> dict[str, Any]:
        name = str(node.tag).removeprefix(_FHIR) if str(node.tag).startswith(_FHIR) else ""
        if name not in RESOURCES:
            self.wrong("type-unknown", f"{place}.resourceType")
            return {}
        found = {"resourceType": name}
        if name in MODELLED:
            self.attributes(node, frozenset(), place)
            found |= self.object(node, structure(name), place, depth)
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
                        _markup(child) if element.kind == "xhtml" else _typed(element.kind, child.get("value"))
                    )
                    partners.append(self.partner(child, inner, depth) if element.kind != "xhtml" else None)
                else:
                    values.append(self.complex(child, element, inner, depth))
            found |= _members(element, values, partners)
        return found

    def children(self, node: Any, shape: Structure, place: str) -> Iterator[tuple[Element, list[Any]]]:
        """The child elements by name, in the order in which they first stand."""
        named: dict[str, list[Any]] = {}
        self.no_text(node.text, place)
        for child in node:
            self.no_text(child.tail, place)
            if not isinstance(child.tag, str):  # a comment, or what speaks to other software
                continue
            namespace = _XHTML if shape.name == "Narrative" and child.tag.endswith("}div") else _FHIR
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
        shape = structure(element.kind)
        said = self.attributes(node, frozenset(name for name in ("id", "url") if self.attribute(shape, name)), place)
        return said | self.object(node, shape, place, depth + 1)

    def partner(self, node: Any, place: str, depth: int) -> dict[str, Any] | None:
        """What a primitive says beside its value: id and extensions."""
        said = self.attributes(node, frozenset({"id", "value"}), place)
        said.pop("value", None)
        return (said | self.object(node, structure("Element"), place, depth + 1)) or None

    def attributes(self, node: Any, known: frozenset[str], place: str) -> dict[str, Any]:
        if len(node.attrib) > _MOST_ATTRIBUTES:
            self.wrong("element-unknown", place)
            return {}
        found = {name: text for name, text in node.items() if not name.startswith(_XSI)}
        if not found.keys() <= known:
            self.wrong("element-unknown", place)
        return found

    def no_text(self, text: str | None, place: str) -> None:
        if text is not None and not text.isspace():
            self.wrong("xml-text", place)


def _members(element: Element, values: list[Any], partners: list[Any]) -> dict[str, Any]:
    """`x` and, for what primitives say beside, `_x`: https://hl7.org/fhir/R4/json.html#primitive."""
    beside = any(partner is not None for partner in partners)
    members: dict[str, Any] = {}
    if not beside or any(value is not None for value in values):
        members[element.name] = values if element.many else values[0]
    if beside:
        members[f"_{element.name}"] = partners if element.many else partners[0]
    return members


def _typed(kind: str, text: str | None) -> Any:
    if text is None:
        return None
    if kind == "boolean":
        return _BOOLEANS.get(text, text)
    if kind != "decimal" and kind not in _WHOLE:
        return text
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    if len(text) > 3 * DIGITS:  # before anything counts: an int of a million digits takes its time
        raise Malformed("json-number")
    return Decimal(text) if number[1] or number[2] else int(text)


def _markup(node: Any) -> str:
    """A narrative as JSON has it: one text, its namespace on the div alone."""
    alone = copy.deepcopy(node)
    etree.cleanup_namespaces(alone)
    written: str = etree.tostring(alone, encoding="unicode", with_tail=False)
    return written
