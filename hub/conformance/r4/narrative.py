"""The XHTML of a narrative: https://hl7.org/fhir/R4/narrative.html, invariants txt-1 and txt-2.

The hub keeps no sender's narrative, and refuses one that could run a script (`docs/security.md` I14).
"""

from __future__ import annotations

import re

from lxml import etree

_SPACE = "{http://www.w3.org/1999/xhtml}"
# Chapters 7–11 (without ins and del) and 15 of HTML 4.0, and links and images.
_ELEMENTS = frozenset(
    """
    a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em font h1 h2 h3
    h4 h5 h6 hr i img kbd li map ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt
    u ul var
    """.split()  # noqa: SIM905 - a page of names reads better than a column of strings
)
_LINKS = frozenset({"cite", "href", "longdesc", "src", "usemap"})
_ATTRIBUTES = _LINKS | frozenset(
    """
    abbr accesskey align alt axis border cellpadding cellspacing char charoff class color colspan coords dir face
    headers height hreflang hspace id ismap lang name rel rev rowspan rules scope shape size span start style summary
    tabindex title type valign value vspace width {http://www.w3.org/XML/1998/namespace}lang
    {http://www.w3.org/XML/1998/namespace}space {http://www.w3.org/XML/1998/namespace}id
    """.split()  # noqa: SIM905
)
_RUNS = re.compile(r"[\s\x00-\x20]*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_RUNS_IN_STYLE = re.compile(r"expression|javascript|url\s*\(|@import|behaviou?r|-moz-binding|\\", re.IGNORECASE)


def is_narrative(xhtml: str) -> bool:
    """Return whether `xhtml` is one div of plain formatting that says something: no script, handler, form, frame or entity."""
    try:
        root = etree.fromstring(xhtml, _make_parser())
    except (etree.XMLSyntaxError, ValueError):  # ValueError: a declared charset, a character that XML has not
        return False
    if root.tag != f"{_SPACE}div" or root.getroottree().docinfo.doctype:
        return False
    return all(map(_is_plain, root.iter())) and _says_something(root)


def _says_something(root: etree._Element) -> bool:
    """Return whether there is a text of more than blanks, or an image (invariant txt-2)."""
    return bool(root.xpath("normalize-space(.)")) or next(root.iter(f"{_SPACE}img"), None) is not None


def _make_parser() -> etree.XMLParser:
    # A parser keeps state, so each text gets its own. libxml2 itself stops at 256 levels and at entities that grow.
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def _is_plain(element: etree._Element) -> bool:
    if element.tag is etree.Comment:
        return True
    if not isinstance(element.tag, str):  # an entity, or a processing instruction
        return False
    if not element.tag.startswith(_SPACE) or element.tag.removeprefix(_SPACE) not in _ELEMENTS:
        return False
    if len(element.attrib) > len(_ATTRIBUTES):  # reading them costs the square of their number
        return False
    return all(_is_harmless(str(name), str(value)) for name, value in element.attrib.items())


def _is_harmless(name: str, value: str) -> bool:
    if name not in _ATTRIBUTES:
        return False
    if name == "style":
        return _RUNS_IN_STYLE.search(value) is None
    return name not in _LINKS or _RUNS.match(value) is None
