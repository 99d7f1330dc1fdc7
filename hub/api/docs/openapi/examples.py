"""A small resource of each type that a client may create, and the Bundles and patches that go with them. Fictitious."""

from __future__ import annotations

from typing import Any

from hub.domain.resource_types import RESOURCE_TYPES

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

JSON_PATCH = [{"op": "replace", "path": "/status", "value": "accepted"}]
FHIRPATH_PATCH: Json = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Task.status"},
                {"name": "value", "valueCode": "accepted"},
            ],
        }
    ],
}
