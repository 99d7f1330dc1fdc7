"""A plan of an invented person, the demand that it answers, and the judge of what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles import codes
from tests import r4

HUB, SOURCE, NURSES, HELPERS = (f"Organization/{name}" for name in ("dac", "chu", "ssiad", "saad"))
NOW = "2026-11-21T09:00:00+01:00"
PERSON = {"reference": "Patient/p"}
INTAKE = {
    "resourceType": "Task",
    "id": "a",
    "status": "accepted",
    "intent": "order",
    "priority": "urgent",
    "for": PERSON,
}
REQUEST = {
    "resourceType": "ServiceRequest",
    "id": "a",
    "status": "active",
    "intent": "order",
    "subject": PERSON,
    "code": {"text": "Ce que l'hôpital en dit"},
}


def domain(code: str) -> dict[str, Any]:
    return {
        "url": codes.ACTIVITY_DOMAIN_EXTENSION,
        "valueCoding": {"system": codes.ACTIVITY_DOMAIN, "code": code},
    }


def activity(*performers: str, **detail: Any) -> dict[str, Any]:
    """An activity asked of these performers; None takes an element of its detail away."""
    whole = {
        "status": "not-started",
        "code": {"text": "Aide à la toilette"},
        "performer": [{"reference": performer} for performer in performers],
        **detail,
    }
    return {"detail": {name: value for name, value in whole.items() if value}}


def plan(*activities: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A draft plan."""
    drafted = {"resourceType": "CarePlan", "id": "c", "status": "draft", "intent": "plan", "subject": PERSON}
    return {**drafted, **({"activity": list(activities)} if activities else {}), **changes}


def counter() -> Callable[[str], str]:
    """Ids that say their type and rank: `task-1`."""
    given: dict[str, int] = {}

    def new_id(type_: str) -> str:
        given[type_] = given.get(type_, 0) + 1
        return f"{type_.lower()}-{given[type_]}"

    return new_id


def assert_r4(*resources: dict[str, Any]) -> None:
    """Each is valid R4; with the shared definitions, it breaks no error-level invariant."""
    for made in resources:
        get_fhir_model_class(made["resourceType"]).model_validate(made)
        if r4.shared_data() is not None:
            assert r4.violations(made) == []
