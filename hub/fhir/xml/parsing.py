"""Namespaces, and the one parser: nothing is fetched and nothing expanded (`docs/security.md` §5.3, I04)."""

from __future__ import annotations

from typing import Any

from lxml import etree

FHIR, XHTML = "{http://hl7.org/fhir}", "{http://www.w3.org/1999/xhtml}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def make_parser(encoding: str | None = None) -> Any:
    """Return a parser that loads no DTD, resolves no entity and uses no network. Use it once."""
    return etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
