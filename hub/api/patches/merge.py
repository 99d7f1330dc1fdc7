"""JSON Merge Patch: RFC 7396, which some clients of FHIR send although R4 does not name it."""

from __future__ import annotations

from functools import partial
from typing import Any

from hub.record.write.edit import Patch


def parse_merge_patch(wanted: dict[str, Any]) -> Patch:
    """The change that `wanted`, from `hub.fhir.loads`, asks for: its elements replace, null takes away, objects merge."""
    return partial(_merged, wanted)


def _merged(wanted: dict[str, Any], before: Any) -> dict[str, Any]:
    found = dict(before) if isinstance(before, dict) else {}
    for name, value in wanted.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, dict):
            found[name] = _merged(value, found.get(name))
        else:
            found[name] = value
    return found
