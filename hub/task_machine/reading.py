"""The elements of a Task that the machine reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fhir_profiles import codes

Task = Mapping[str, Any]


def get_reference(task: Task, element: str) -> str:
    """Return the literal reference that `element` holds, or ""."""
    reference = (task.get(element) or {}).get("reference", "")
    return reference if isinstance(reference, str) else ""


def get_codes(task: Task, element: str, system: str) -> set[str]:
    """Return the codes of `system` in the concept `element`."""
    codings = (task.get(element) or {}).get("coding", ())
    return {coding["code"] for coding in codings if coding.get("system") == system and "code" in coding}


def get_business_codes(task: Task) -> set[str]:
    """Return the steps of BSeR in the business status."""
    return get_codes(task, "businessStatus", codes.BUSINESS_STATUS)


def has_question(task: Task) -> bool:
    """Return whether a question about the Task waits for its answer (`docs/loop.md` T17)."""
    return codes.QUESTION in get_codes(task, "businessStatus", codes.HUB_TASK_STEP)


def list_other_steps(task: Task) -> list[Any]:
    """Return the codings of the business status but for a question's."""
    question = (codes.HUB_TASK_STEP, codes.QUESTION)
    codings = (task.get("businessStatus") or {}).get("coding", ())
    return [coding for coding in codings if (coding.get("system"), coding.get("code")) != question]


def gives_reason(task: Task) -> bool:
    """Return whether `statusReason.text` has content (`docs/loop.md` D6.4)."""
    return bool((task.get("statusReason") or {}).get("text", "").strip())


def is_open_offer(task: Task) -> bool:
    """Return whether the Task is requested and has no owner: any organisation that sees it may claim it (`docs/loop.md` D4)."""
    return task["status"] == "requested" and "owner" not in task


def list_changes(before: Task, after: Task, *, but: Collection[str]) -> list[str]:
    """Return the elements that differ, in order of name; a primitive's extensions (`_priority`) count as the element."""
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return sorted({key.removeprefix("_") for key in keys} - set(but))
