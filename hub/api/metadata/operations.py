"""The operations that the hub offers, each with the canonical URL of its definition, and the profiles that it knows: what
the CapabilityStatement declares of a type beside its interactions.

A test calls each of them, so that the list and the routes agree. Any other `$name` is `hub.api.http.not_offered`'s.
"""

from __future__ import annotations

from typing import Any

from fhir_profiles import codes
from hub.conformance import list_profiles

_R4 = "http://hl7.org/fhir/OperationDefinition/"
_BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/"
_BULK = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/"

# Type → name → definition; "" is the whole system.
OPERATIONS: dict[str, dict[str, str]] = {
    "": {"export": f"{_BULK}export"},
    "Patient": {
        "everything": f"{_R4}Patient-everything",
        "match": f"{_R4}Patient-match",
        "export": f"{_BULK}patient-export",
    },
    "Subscription": {
        "status": f"{_BACKPORT}backport-subscription-status",
        "events": f"{_BACKPORT}backport-subscription-events",
        "resend": f"{_BACKPORT}backport-subscription-resend",
        "renew-secret": f"{codes.BASE}OperationDefinition/subscription-renew-secret",
    },
    "CarePlan": {"document": f"{codes.BASE}OperationDefinition/care-plan-document"},
}

# On every type that the hub keeps.
EVERYWHERE = {"validate": f"{_R4}Resource-validate"}


def declared(resource_type: str) -> dict[str, Any]:
    """The profiles and operations of a type ("" for the whole system) as elements of the CapabilityStatement."""
    offered = OPERATIONS.get(resource_type, {}) | (EVERYWHERE if resource_type else {})
    profiles = list(list_profiles(resource_type))
    return {
        **({"supportedProfile": profiles} if profiles else {}),
        "operation": [{"name": name, "definition": url} for name, url in offered.items()],
    }
