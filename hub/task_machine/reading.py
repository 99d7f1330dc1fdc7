"""What the machine reads in a Task."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fhir_profiles import codes

Task = Mapping[str, Any]


def get_reference(task: Task, element: str) -> str:
    """The literal reference that `element` holds, or ""."""
    found = (task.get(element) or {}).get("reference", "")
    return found if isinstance(found, str) else ""


def get_codes(task: Task, element: str, system: str) -> set[str]:
    """The codes of `system` in the concept `element`."""
    codings = (task.get(element) or {}).get("coding", ())
    return {coding["code"] for coding in codings if coding.get("system") == system and "code" in coding}


def get_business_codes(task: Task) -> set[str]:
    """The steps, as BSeR names them, that the business status says."""
    return get_codes(task, "businessStatus", codes.BUSINESS_STATUS)


def gives_reason(task: Task) -> bool:
    """Whether `statusReason.text` says something (`docs/loop.md` D6.4)."""
    return bool((task.get("statusReason") or {}).get("text", "").strip())


def is_open_offer(task: Task) -> bool:
    """Whether whoever sees it may claim it: requested, of nobody in particular (`docs/loop.md` D4, open Task)."""
    return task["status"] == "requested" and "owner" not in task


def list_changes(before: Task, after: Task, *, but: Collection[str]) -> list[str]:
    """The elements that differ, in order of name; a primitive's extensions (`_priority`) count as the element."""
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return sorted({key.removeprefix("_") for key in keys} - set(but))
