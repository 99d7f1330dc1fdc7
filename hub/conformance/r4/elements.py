"""The few FHIRPath functions that invariants need, on plain JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub.domain.dates import parse_moment, parse_span

Holds = Callable[[dict[str, Any]], bool]  # whether a rule holds for this object


def has(value: dict[str, Any], name: str) -> bool:
    """Return `name.exists()`: as such, as a choice (`value` for valueQuantity), or as a primitive with extensions alone."""
    if name in value or f"_{name}" in value:
        return True
    if name not in _CHOICES:
        return False
    return any(key.lstrip("_").startswith(name) for key in value)


_CHOICES = frozenset({"abatement", "detail", "timing", "value"})


def has_code(value: dict[str, Any], name: str, system: str, *codes: str) -> bool:
    """Return whether the CodeableConcept `name` has one of these codes of this system."""
    return has_coding(value.get(name, {}), system, *codes)


def has_coding(concept: dict[str, Any], system: str, *codes: str) -> bool:
    """Return whether this CodeableConcept has one of these codes of this system."""
    codings = concept.get("coding", ())
    return any(coding.get("system") == system and coding.get("code") in codes for coding in codings)


def is_not_after(first: str, second: str) -> bool:
    """Return `first <= second` for two dateTimes; True when their precisions do not decide it (2026 and 2026-03).

    A date is a day of the territory, so its digits alone cannot be compared with a time in UTC."""
    if "T" in first and "T" in second:
        return datetime.fromisoformat(first) <= datetime.fromisoformat(second)
    return parse_moment(first) < parse_span(second)[1]
