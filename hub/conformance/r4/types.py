"""The types that the hub keeps (`docs/parts.md`, "Which type, which section"), and the no to all others, by name."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Invalid
from hub.fhir import RESOURCES


def check_type(resource: dict[str, Any], known: frozenset[str]) -> str:
    """The resource's type. Invalid when it is none of `known`: the place is its name if R4 has such a type."""
    name = resource.get("resourceType")
    if isinstance(name, str) and name in known:
        return name
    raise Invalid("type-not-kept", where=name if isinstance(name, str) and name in RESOURCES else "resourceType")
