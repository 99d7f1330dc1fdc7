"""What the examples of resource types are about: the same person, request and organisation in all of them. Fictitious."""

from __future__ import annotations

from hub.domain.resource_types.resource_type import Json

PERSON, REQUEST = "Patient/exemple", "ServiceRequest/exemple"
ORGANIZATION, DOCUMENT = "Organization/exemple", "DocumentReference/exemple"
HOST = "client.example"  # at which an operator lets the client be called

TO_PERSON, TO_REQUEST = {"reference": PERSON}, {"reference": REQUEST}
TO_ORGANIZATION, TO_DOCUMENT = {"reference": ORGANIZATION}, {"reference": DOCUMENT}
TEXT = {"text": "Exemple"}


def code(system: str, value: str) -> Json:
    """Return a CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": value}]}
