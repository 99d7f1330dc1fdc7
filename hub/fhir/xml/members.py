"""One element of XML as members of a JSON object: https://hl7.org/fhir/R4/json.html#primitive. Pure."""

from __future__ import annotations

import copy
import re
from decimal import Decimal
from typing import Any

from lxml import etree

from hub.domain.errors import Malformed
from hub.fhir.exact_json import DIGITS
from hub.fhir.structure import Element

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_WHOLE = frozenset({"integer", "positiveInt", "unsignedInt"})
_BOOLEANS = {"true": True, "false": False}


def build_members(element: Element, values: list[Any], partners: list[Any]) -> dict[str, Any]:
    """Return the member `x` and, for the ids and extensions of primitives, the member `_x`."""
    extended = any(partner is not None for partner in partners)
    built: dict[str, Any] = {}
    if not extended or any(value is not None for value in values):
        built[element.name] = values if element.many else values[0]
    if extended:
        built[f"_{element.name}"] = partners if element.many else partners[0]
    return built


def parse_primitive(kind: str, text: str | None) -> Any:
    """Return the value of the primitive `kind` that `text` writes, or `text` itself when it is none. Malformed: a number beyond
    `DIGITS`."""
    if text is None:
        return None
    if kind == "boolean":
        return _BOOLEANS.get(text, text)
    if kind != "decimal" and kind not in _WHOLE:
        return text
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    if len(text) > 3 * DIGITS:  # before any conversion: parsing an int of a million digits takes long
        raise Malformed("json-number")
    return Decimal(text) if number[1] or number[2] else int(text)


def render_markup(node: Any) -> str:
    """Return a narrative as JSON has it: one text, with its namespace on the div alone."""
    div = copy.deepcopy(node)
    etree.cleanup_namespaces(div)
    text: str = etree.tostring(div, encoding="unicode", with_tail=False)
    return text
