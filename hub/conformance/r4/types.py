"""The refusal of the types that the hub does not keep."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Invalid
from hub.fhir import RESOURCES


def check_type(resource: dict[str, Any], known: frozenset[str]) -> str:
    """Return the resource's type. Invalid when it is none of `known`; the problem names the type if R4 has it."""
    name = resource.get("resourceType")
    if isinstance(name, str) and name in known:
        return name
    raise Invalid("type-not-kept", where=name if isinstance(name, str) and name in RESOURCES else "resourceType")
