"""How children change their parent Task, and how the end of a demand changes them (`docs/loop.md` D3 step 8, D4, D6.18)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.delegation.order import Json, Resource
from hub.task_machine import OPEN_STATUSES, derive_parent_status, stamp

# The source reads these constants alone: it never learns what was asked of whom (`docs/loop.md` D4).
_DONE = "La demande a reçu une suite ; les actions engagées sont closes."
_FAILED = "Aucune des actions engagées n’a pu être menée à terme."
_WITHDRAWN = "La demande d’origine n’est plus maintenue."

_PARENT_RULES = {"in-progress": "T6", "completed": "T14", "failed": "T15"}


def close_parent(parent: Resource, children: Iterable[Resource], now: str) -> Json | None:
    """Return the parent Task as its children's statuses change it (`docs/loop.md` D4, "Parent from children"), or None.

    When the source asked for the end (5.2) it becomes cancelled, not failed. A completed Task gets an output, the others a
    reason: constants, so that they disclose nothing of a child.
    """
    status = derive_parent_status(parent["status"], (child["status"] for child in children))
    if status is None:
        return None
    if status == "failed" and _was_asked(parent):
        return _cancel(parent, now)
    changed: Json = {**parent, "status": status}
    if status == "completed":
        output = {"type": {"text": "PerformedActivity"}, "valueString": _DONE}
        changed["output"] = [*parent.get("output", ()), output]
    if status == "failed":
        changed["statusReason"] = {"text": _FAILED}
    return stamp(changed, now, _PARENT_RULES[status])


def withdraw_children(children: Iterable[Resource], now: str) -> tuple[Json, ...]:
    """Return the children that change when the source withdraws its demand (D6.18): an open one is asked once to end (T11), one
    that nobody has read yet is cancelled (T12)."""
    changed = []
    for child in children:
        if child["status"] == "requested":
            changed.append(_cancel(child, now))
        elif child["status"] in OPEN_STATUSES and not _was_asked(child):
            request_to_end = {**child, "statusReason": {"text": _WITHDRAWN}}
            changed.append(stamp(request_to_end, now, "T11"))
    return tuple(changed)


def _cancel(task: Resource, now: str) -> Json:
    """Return the Task cancelled at the source's wish (T12, or T13 of work in progress)."""
    return stamp({**task, "status": "cancelled", "statusReason": {"text": _WITHDRAWN}}, now, "T12")


def _was_asked(task: Resource) -> bool:
    codings = task.get("businessStatus", {}).get("coding", ())
    step = (codes.BUSINESS_STATUS, codes.CANCELLATION_REQUESTED)
    return any((coding.get("system"), coding.get("code")) == step for coding in codings)
