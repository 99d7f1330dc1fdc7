"""A Task between invented organisations, and ways to move it."""

from __future__ import annotations

from typing import Any

from fhir_profiles import codes
from hub.task_machine import TRANSITIONS, Need, TaskRole, check_update

HUB, SOURCE, PARTNER, STRANGER = (f"Organization/{name}" for name in ("dac", "chu", "ssiad", "saad"))
PARTIES = {TaskRole.REQ: SOURCE, TaskRole.OWN: PARTNER, TaskRole.HUB: HUB}
STATUSES = tuple(dict.fromkeys([line.end for line in TRANSITIONS]))
REASON = {"text": "Plus de place ce mois-ci."}
OUTPUT = [{"type": {"text": "Visite"}, "valueString": "Trois visites ont eu lieu."}]
NOW = "2026-11-21T09:00:00+01:00"


def fulfil(*others: dict[str, str]) -> dict[str, Any]:
    return {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}, *others]}


def hub_task(code: str) -> dict[str, Any]:
    return {"coding": [{"system": codes.HUB_TASK, "code": code}]}


def business(code: str) -> dict[str, Any]:
    return {"coding": [{"system": codes.BUSINESS_STATUS, "code": code}]}


def task(status: str = "requested", **changes: Any) -> dict[str, Any]:
    """A Task that the source asked of the partner; None takes an element away."""
    whole = {
        "resourceType": "Task",
        "id": "b",
        "status": status,
        "intent": "order",
        "code": fulfil(),
        "focus": {"reference": "ServiceRequest/b"},
        "for": {"reference": "Patient/p"},
        "authoredOn": "2026-11-20T09:00:00+01:00",
        "requester": {"reference": SOURCE},
        "owner": {"reference": PARTNER},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def supplies(needs: frozenset[Need]) -> dict[str, Any]:
    """The elements that satisfy the needs of a line."""
    given = {Need.REASON: {"statusReason": REASON}, Need.OUTPUT: {"output": OUTPUT}}
    return {name: value for need in needs for name, value in given.get(need, {}).items()}


def update(before: dict[str, Any], role: TaskRole, guide: Any = "hub", **changes: Any) -> str:
    """What `check_update` says to `role` asking for these changes; None takes an element away."""
    after = {name: value for name, value in {**before, **changes}.items() if value is not None}
    return check_update(before, after, party=PARTIES[role], desk=role is TaskRole.HUB, guide=guide)


def refusal(caught: Any) -> list[tuple[str, str]]:
    """(code, place) of each problem of a caught error."""
    return [(problem.code, problem.where) for problem in caught.value.problems]
