"""Contained resources and what points to them: one unit, so that no slice points at what it lacks (`docs/parts.md` 10). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def list_local_names(resource: Mapping[str, Any]) -> frozenset[str]:
    """Return the local references inside `resource`: `#id` of each contained resource, and `#` for itself; empty without any."""
    contained = resource.get("contained", ())
    return frozenset(f"#{inner.get('id', '')}" for inner in contained) | {"#"} if contained else frozenset()


def points_inside(value: object, names: frozenset[str]) -> bool:
    """Return whether some reference or canonical inside the JSON `value` is one of `names`."""
    if isinstance(value, str):
        return value in names
    if isinstance(value, dict):
        return any(points_inside(inner, names) for inner in value.values())
    return isinstance(value, list) and any(points_inside(inner, names) for inner in value)
