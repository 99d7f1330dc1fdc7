"""Where a Reference may point. https://hl7.org/fhir/R4/references.html#literal"""

from __future__ import annotations

import re
from typing import Any

from hub.fhir import RESOURCES

_DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/"
_ID = r"[A-Za-z0-9\-.]{1,64}"
_RELATIVE = re.compile(rf"([A-Za-z]+)/{_ID}(?:/_history/{_ID})?").fullmatch
_ABSOLUTE = re.compile(r"https?://[^\s\x00-\x1f\x7f\ud800-\udfff]+").fullmatch
_REST = re.compile(rf"/([A-Za-z]+)/{_ID}(?:/_history/{_ID})?\Z").search
_NAMED = re.compile(
    r"urn:(?:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|oid:[0-2](?:\.(?:0|[1-9][0-9]*))+)"
).fullmatch


def get_target_type(reference: str) -> str:
    """Return the type of the resource that `reference` names, "" when its text does not say it."""
    match = _RELATIVE(reference) or (_REST(reference) if _ABSOLUTE(reference) else None)
    return match[1] if match and match[1] in RESOURCES else ""


def get_declared_type(reference: dict[str, Any]) -> str:
    """Return the type that `Reference.type` declares: relative to the URL of R4's StructureDefinitions, or absolute under it; ""
    for none and for a logical model (https://hl7.org/fhir/R4/references-definitions.html#Reference.type)."""
    declared = reference.get("type")
    if not isinstance(declared, str):
        return ""
    declared = declared.removeprefix(_DEFINITIONS)
    return "" if ":" in declared else declared


def find_fault(reference: str, targets: frozenset[str]) -> str:
    """Return what is wrong with a literal reference that is not local (`#…`): a code of `hub.domain.messages`, or "".

    `targets`: the types that the element may point to, empty when any will do.
    """
    kind = get_target_type(reference)
    if kind:
        return "reference-target" if targets and kind not in targets else ""
    if (_ABSOLUTE(reference) and not _RELATIVE(reference)) or _NAMED(reference):
        return ""
    return "reference-malformed"
