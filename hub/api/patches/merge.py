"""JSON Merge Patch: RFC 7396, which some clients of FHIR send although R4 does not name it."""

from __future__ import annotations

from functools import partial
from typing import Any

from hub.record.write.edit import Patch


def parse_merge_patch(patch: dict[str, Any]) -> Patch:
    """Return the change that `patch`, from `hub.fhir.loads`, asks for: its elements replace, null removes, objects merge."""
    return partial(_merge, patch)


def _merge(patch: dict[str, Any], before: Any) -> dict[str, Any]:
    merged = dict(before) if isinstance(before, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merge(value, merged.get(name))
        else:
            merged[name] = value
    return merged
