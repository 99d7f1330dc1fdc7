"""The business status, in BSeR's words, and the time of the last change: what the hub writes itself into a Task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fhir_profiles import codes
from hub.task_machine.meaning import OPEN_STATUSES
from hub.task_machine.reading import Task, get_business_codes
from hub.task_machine.transitions import TRANSITIONS

_EVENTS = frozenset({codes.SCHEDULED, codes.NO_SHOW, codes.EVENT_CANCELLED, codes.EVENT_COMPLETED})
# Which of BSeR's steps may stand beside a status (`docs/loop.md` D4, last column). One of 5.1 may have begun before a hold.
_FITTING: Mapping[str, frozenset[str]] = {
    "draft": frozenset(),
    "requested": frozenset({codes.CREATED}),
    "received": frozenset({codes.CREATED}),
    "accepted": frozenset({codes.ACCEPTED}),
    "in-progress": frozenset({codes.ACCEPTED}) | _EVENTS,
    "on-hold": frozenset({codes.ACCEPTED}) | _EVENTS,
    "rejected": frozenset({codes.DECLINED}),
    "cancelled": frozenset({codes.CANCELLED}),
    "completed": frozenset({codes.COMPLETED}),
    "failed": frozenset(),
    "entered-in-error": frozenset(),
}
_BROUGHT = {line.rule: line.business for line in TRANSITIONS if line.business}


def list_fitting_steps(status: str, rule: str) -> frozenset[str]:
    """The BSeR steps that may be said with `status` by the line `rule`: that an end is wished for, by T11 alone."""
    return frozenset({codes.CANCELLATION_REQUESTED}) if rule == "T11" else _FITTING[status]


def stamp(after: Task, now: str, rule: str = "") -> dict[str, Any]:
    """The Task as it is stored: `lastModified` is the hub's, whatever was sent; never before `authoredOn` (inv-1).

    `now`: an instant. `rule`: the line that `check_update` named; where it brings a BSeR business status and the Task
    says none that fits, it is written. A wish to cancel (5.2) stays until it is answered.
    """
    made = {key: value for key, value in after.items() if key != "_lastModified"}
    authored = after.get("authoredOn", "")
    made["lastModified"] = authored if _is_later(authored, now) else now
    brought, said = _BROUGHT.get(rule, ""), get_business_codes(after)
    waits = codes.CANCELLATION_REQUESTED in said and after["status"] in OPEN_STATUSES
    if brought and not waits and not said & list_fitting_steps(after["status"], rule):
        made["businessStatus"] = _add_step(after.get("businessStatus") or {}, brought)
    return made


def _add_step(concept: Mapping[str, Any], step: str) -> dict[str, Any]:
    """The concept with BSeR's `step`; a coding of another system, a territory's own, stays."""
    others = [coding for coding in concept.get("coding", ()) if coding.get("system") != codes.BUSINESS_STATUS]
    return {**concept, "coding": [{"system": codes.BUSINESS_STATUS, "code": step}, *others]}


def _is_later(authored: str, now: str) -> bool:
    """Whether FHIR dateTime `authored` is surely after the instant `now`: a sender's clock may run ahead."""
    if "T" not in authored:
        return authored > now[: len(authored)]
    return datetime.fromisoformat(authored.replace(":60", ":59")) > datetime.fromisoformat(now)
