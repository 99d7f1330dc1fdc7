"""A small resource of each type that a client may create, and the Bundles and patches that go with them. Fictitious."""

from __future__ import annotations

from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES
from hub.fhir import get_structure

Json = dict[str, Any]

RESOURCES: dict[str, Json] = {
    name: {"resourceType": name, **entry.example}
    for name, entry in sorted(RESOURCE_TYPES.items())
    if entry.example is not None
}

BUNDLES: dict[str, Json] = {
    "batch": {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": "Task?status=requested"}}],
    },
    "transaction": {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": RESOURCES["Goal"], "request": {"method": "POST", "url": "Goal"}}],
    },
}

# A replacement of an element of the type's own example by the same value, which whoever may change the type may send.
_PATCHED = ("status", "lifecycleStatus", "clinicalStatus", "name", "contentType", "organization")


def build_json_patch(resource_type: str) -> list[Json]:
    """Return a JSON Patch (RFC 6902) that fits the example of the type."""
    element, value = _choose_element(resource_type)
    return [{"op": "replace", "path": f"/{element}", "value": value}]


def build_fhirpath_patch(resource_type: str) -> Json:
    """Return the same as a FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html)."""
    element, value = _choose_element(resource_type)
    item, path = (value[0], f"{element}[0]") if isinstance(value, list) else (value, element)
    kind = get_structure(resource_type).elements[element].kind
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": f"{resource_type}.{path}"},
        {"name": "value", f"value{kind[:1].upper()}{kind[1:]}": item},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


def _choose_element(resource_type: str) -> tuple[str, Any]:
    example = RESOURCES[resource_type]
    element = next(name for name in _PATCHED if name in example)
    return element, example[element]
