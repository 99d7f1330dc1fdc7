"""A small resource of each type that clients create, for tests that sweep all types: the examples of the registry."""

from __future__ import annotations

import json
from typing import Any

from hub.api.docs.openapi.examples import RESOURCES
from hub.domain.resource_types.sample_names import HOST, ORGANIZATION, PERSON, REQUEST

# Nobody listens there; a test that registers a Subscription needs an address that the demo's settings allow.
_ENDPOINT = "http://127.0.0.1:9"


def least(patient: str, party: str, request: str) -> dict[str, dict[str, Any]]:
    """Type → its example, about `patient`, `party` (the writer's organisation) and `request` (a ServiceRequest)."""
    text = json.dumps(RESOURCES)
    names = {PERSON: patient, ORGANIZATION: party, REQUEST: request, f"https://{HOST}": _ENDPOINT}
    for sample, own in names.items():
        text = text.replace(f'"{sample}', f'"{own}')
    examples: dict[str, dict[str, Any]] = json.loads(text)
    return examples
