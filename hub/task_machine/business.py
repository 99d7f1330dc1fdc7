"""What the hub writes itself into a Task: the business status, in BSeR's codes, and the time of the last change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_profiles import codes
from hub.domain.dates import parse_moment
from hub.task_machine.meaning import OPEN_STATUSES
from hub.task_machine.reading import Task, get_business_codes
from hub.task_machine.transitions import TRANSITIONS

_EVENTS = frozenset({codes.SCHEDULED, codes.NO_SHOW, codes.EVENT_CANCELLED, codes.EVENT_COMPLETED})
# The steps of BSeR that a status allows (`docs/loop.md` D4, last column). One of 5.1 may have begun before a hold.
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
_SET_BY_RULE = {line.rule: line.business for line in TRANSITIONS if line.business}


def list_fitting_steps(status: str, rule: str) -> frozenset[str]:
    """Return the BSeR steps that a Task may have with `status` after the line `rule`; the wish to cancel, by T11 alone."""
    return frozenset({codes.CANCELLATION_REQUESTED}) if rule == "T11" else _FITTING[status]


def stamp(after: Task, now: str, rule: str = "") -> dict[str, Any]:
    """Return the Task to store: `lastModified` is the hub's, whatever was sent, and not before `authoredOn` (inv-1).

    `now`: an instant. `rule`: the line that `check_update` returned. When it sets a BSeR business status and the Task has none
    that fits, the status is written. A wish to cancel (5.2) stays until it is answered.
    """
    task = {key: value for key, value in after.items() if key != "_lastModified"}
    authored = after.get("authoredOn", "")
    task["lastModified"] = authored if _is_later(authored, now) else now
    step, present = _SET_BY_RULE.get(rule, ""), get_business_codes(after)
    waits = codes.CANCELLATION_REQUESTED in present and after["status"] in OPEN_STATUSES
    if step and not waits and not present & list_fitting_steps(after["status"], rule):
        task["businessStatus"] = _add_step(after.get("businessStatus") or {}, step)
    return task


def _add_step(concept: Mapping[str, Any], step: str) -> dict[str, Any]:
    """Return the concept with BSeR's `step`. Codings of other systems, a territory's own, stay."""
    others = [coding for coding in concept.get("coding", ()) if coding.get("system") != codes.BUSINESS_STATUS]
    return {**concept, "coding": [{"system": codes.BUSINESS_STATUS, "code": step}, *others]}


def _is_later(authored: str, now: str) -> bool:
    """Return whether the FHIR dateTime `authored` is surely after the instant `now`: a sender's clock may run ahead."""
    return bool(authored) and parse_moment(authored.replace(":60", ":59")) > parse_moment(now)
