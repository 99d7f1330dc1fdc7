"""The few FHIRPath notions that invariants need, on plain JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

Holds = Callable[[dict[str, Any]], bool]  # does the rule hold for this object?


def has(value: dict[str, Any], name: str) -> bool:
    """`name.exists()`: as such, as a choice (`value` for valueQuantity), or as a primitive with extensions alone."""
    if name in value or f"_{name}" in value:
        return True
    if name not in _CHOICES:
        return False
    return any(key.lstrip("_").startswith(name) for key in value)


_CHOICES = frozenset({"abatement", "detail", "timing", "value"})


def has_code(value: dict[str, Any], name: str, system: str, *codes: str) -> bool:
    """Has the CodeableConcept `name` one of these codes of this system?"""
    return has_coding(value.get(name, {}), system, *codes)


def has_coding(concept: dict[str, Any], system: str, *codes: str) -> bool:
    """Has this CodeableConcept one of these codes of this system?"""
    return any(one.get("system") == system and one.get("code") in codes for one in concept.get("coding", ()))


def is_not_after(one: str, other: str) -> bool:
    """`one <= other` for two dateTimes; true when their precisions do not tell (2026 and 2026-03)."""
    if "T" in one and "T" in other:
        return datetime.fromisoformat(one) <= datetime.fromisoformat(other)
    common = min(len(one.partition("T")[0]), len(other.partition("T")[0]))
    return one[:common] <= other[:common]
