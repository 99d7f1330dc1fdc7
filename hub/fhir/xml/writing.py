"""FHIR's XML from the hub's JSON: https://hl7.org/fhir/R4/xml.html."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lxml import etree

from hub.fhir.exact_json import reread
from hub.fhir.structure import Element, Structure, get_structure
from hub.fhir.xml.parsing import FHIR, make_parser

# U+FFFE and U+FFFF may be in JSON and not in XML 1.0. The others are in no text of FHIR.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def from_json(data: bytes, *, pretty: bool = False) -> bytes:
    """Return the XML of one resource that the hub wrote as JSON. `pretty`: each element on its own line, except in narrative.

    A code point that XML 1.0 forbids becomes U+FFFD. KeyError: the resource has an element that R4 has not.
    """
    resource = reread(data)
    root = etree.Element(FHIR + resource["resourceType"], nsmap={None: FHIR[1:-1]})
    _fill(root, resource, get_structure(resource["resourceType"]), resource=True)
    if pretty:
        _indent(root, "\n")
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return document


def _fill(node: Any, value: dict[str, Any], shape: Structure, *, resource: bool = False) -> None:
    ranks = _rank_elements(shape.name)
    for name in sorted({key.removeprefix("_") for key in value if key != "resourceType"}, key=ranks.__getitem__):
        element, content, partner_content = shape.elements[name], value.get(name), value.get(f"_{name}")
        if not resource and (name == "id" or (name == "url" and shape.name == "Extension")):
            node.set(name, _format_text(content))
            continue
        values = content if element.many and content is not None else [content]
        partners = partner_content if element.many and partner_content is not None else [partner_content]
        for rank in range(max(len(values), len(partners))):
            item = values[rank] if rank < len(values) else None
            partner = partners[rank] if rank < len(partners) else None
            _add_child(node, element, item, partner)


@cache
def _rank_elements(name: str) -> dict[str, int]:
    """Return the rank of each element in its type. Few elements are written, of the seventy of an Extension: they are sorted."""
    return {element: rank for rank, element in enumerate(get_structure(name).elements)}


def _add_child(node: Any, element: Element, item: Any, partner: dict[str, Any] | None) -> None:
    if element.kind == "xhtml":
        node.append(etree.fromstring(item, make_parser()))
        return
    child = etree.SubElement(node, FHIR + element.name)
    if element.kind == "Resource":
        inner = etree.SubElement(child, FHIR + item["resourceType"])
        _fill(inner, item, get_structure(item["resourceType"]), resource=True)
    elif element.primitive:
        if item is not None:
            child.set("value", _format_text(item))
        if partner is not None:
            _fill(child, partner, get_structure("Element"))
    else:
        _fill(child, item, get_structure(element.kind))


def _format_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NO_XML.sub("\ufffd", str(value))


def _indent(node: Any, line: str) -> None:
    """Put each FHIR element on its own line; the blanks of a narrative stay the author's."""
    if len(node) and node.tag.startswith(FHIR):
        node.text = f"{line}  "
        for child in node:
            _indent(child, f"{line}  ")
            child.tail = f"{line}  "
        node[-1].tail = line
