"""The table of `hub.fhir.summary`, from HL7's definitions of R4: `python -m tests.hub.fhir.summary_table` prints it."""

from __future__ import annotations

import textwrap

from hub.fhir import Element, get_structure
from tests import r4

# Said of every type alike, or of what the hub does not take.
# The types of the hub's definitions, of which it keeps none.
_DEFINITIONS = {"Basic", "CodeSystem", "OperationDefinition", "SearchParameter", "StructureDefinition", "ValueSet"}
_LEFT_OUT = {"id", "meta", "implicitRules", "modifierExtension", "extension"}


def table() -> dict[str, list[str]]:
    """Type or backbone element → its summary elements, of the kept types and all that their summaries hold; without
    those of which everything is in the summary."""
    types = r4.TYPES | _DEFINITIONS
    pending, met = [(name, name) for name in sorted(types)], set()
    found = {}
    while pending:
        kind, path = pending.pop(0)
        if kind in met or kind == "Extension":
            continue
        met.add(kind)
        elements = [element for element in get_structure(kind).elements.values() if element.name not in _LEFT_OUT]
        kept = [element for element in elements if _published(path, element).definition.get("isSummary")]
        if len(kept) < len(elements) or kind in types:
            found[kind] = list(dict.fromkeys(element.choice or element.name for element in kept))
        pending += [_type_of(path, element) for element in kept if not element.primitive and element.kind != "Resource"]
    return found


def _published(path: str, element: Element) -> r4.Element:
    return r4.elements()[f"{path}.{element.choice}[x]" if element.choice else f"{path}.{element.name}"]


def _type_of(path: str, element: Element) -> tuple[str, str]:
    """The name of the element's type and the path of its children."""
    inner = _published(path, element)
    inline = not element.choice and inner.types[:1] in ((), ("BackboneElement",), ("Element",))
    return element.kind, inner.target if inline else element.kind


if __name__ == "__main__":
    for name, words in table().items():
        line = f"{name}: {' '.join(words)}"
        print(textwrap.fill(line, 116, initial_indent="    ", subsequent_indent="        "))
