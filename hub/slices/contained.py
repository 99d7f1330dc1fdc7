"""Contained resources and what points to them: one unit, so that no slice points at what it lacks (`docs/parts.md` 10). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def list_local_names(resource: Mapping[str, Any]) -> frozenset[str]:
    """How its elements name what a resource contains (`#a`), itself included (`#`); empty when it contains nothing."""
    contained = resource.get("contained", ())
    return frozenset(f"#{inner.get('id', '')}" for inner in contained) | {"#"} if contained else frozenset()


def points_inside(value: object, names: frozenset[str]) -> bool:
    """Whether some reference or canonical of a JSON value is one of `names`."""
    if isinstance(value, str):
        return value in names
    if isinstance(value, dict):
        return any(points_inside(inner, names) for inner in value.values())
    return isinstance(value, list) and any(points_inside(inner, names) for inner in value)
