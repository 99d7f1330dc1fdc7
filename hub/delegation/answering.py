"""What children bring to their parent Task, and what its end brings to them (`docs/loop.md` D3 step 8, D4, D6.18)."""

from __future__ import annotations

from collections.abc import Iterable

from fhir_profiles import codes
from hub.delegation.order import Json, Resource
from hub.task_machine import OPEN_STATUSES, derive_parent_status, stamp

# What the source reads of all that was done: that it was done. It never learns what was asked of whom (`docs/loop.md` D4).
_DONE = "La demande a reçu une suite ; les actions engagées sont closes."
_FAILED = "Aucune des actions engagées n’a pu être menée à terme."
_WITHDRAWN = "La demande d’origine n’est plus maintenue."

_PARENT_RULES = {"in-progress": "T6", "completed": "T14", "failed": "T15"}


def close_parent(parent: Resource, children: Iterable[Resource], now: str) -> Json | None:
    """The parent Task as its children's statuses make it (`docs/loop.md` D4, "Parent from children"); None when it stays.

    One whose source asked for the end (5.2) ends cancelled, not failed. A completed one gets an output, the others a
    reason: constants, so that nothing of a child shows through.
    """
    status = derive_parent_status(parent["status"], (child["status"] for child in children))
    if status is None:
        return None
    if status == "failed" and _was_asked(parent):
        return _cancel(parent, now)
    moved: Json = {**parent, "status": status}
    if status == "completed":
        done = {"type": {"text": "PerformedActivity"}, "valueString": _DONE}
        moved["output"] = [*parent.get("output", ()), done]
    if status == "failed":
        moved["statusReason"] = {"text": _FAILED}
    return stamp(moved, now, _PARENT_RULES[status])


def withdraw_children(children: Iterable[Resource], now: str) -> tuple[Json, ...]:
    """The children that change when the source withdraws its demand (D6.18): each one open is asked once to end (T11),
    one that nobody has read yet is cancelled (T12)."""
    changed = []
    for child in children:
        if child["status"] == "requested":
            changed.append(_cancel(child, now))
        elif child["status"] in OPEN_STATUSES and not _was_asked(child):
            asked = {**child, "statusReason": {"text": _WITHDRAWN}}
            changed.append(stamp(asked, now, "T11"))
    return tuple(changed)


def _cancel(task: Resource, now: str) -> Json:
    """Cancelled because the source wishes it (T12, or T13 of a work under way)."""
    return stamp({**task, "status": "cancelled", "statusReason": {"text": _WITHDRAWN}}, now, "T12")


def _was_asked(task: Resource) -> bool:
    codings = task.get("businessStatus", {}).get("coding", ())
    asked = (codes.BUSINESS_STATUS, codes.CANCELLATION_REQUESTED)
    return any((coding.get("system"), coding.get("code")) == asked for coding in codings)
