"""A plan that is carried out: which of its activities go to which partners (`docs/loop.md` D3 steps 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.delegation.order import Json, Order, Resource, build_link, build_request, build_task
from hub.domain.errors import Invalid

_KINDS = frozenset({None, "ServiceRequest", "Task"})
_NOT_BEGUN = frozenset({"not-started", "scheduled"})
# A detail that says these asks for goods, not for a service: a ServiceRequest has no place for them.
_GOODS = frozenset({"productCodeableConcept", "productReference", "dailyAmount"})


@dataclass(frozen=True)
class Delegation:
    """The plan as it now stands, and the new resources, each after those that it points to."""

    plan: Json
    resources: tuple[Json, ...]


def delegate(
    plan: Resource, intake_task: Resource, request: Resource, *, now: str, new_id: Callable[[str], str], hub: str
) -> Delegation:
    """The plan active, and for each organisation that one of its activities names a ServiceRequest and a Task.

    `intake_task` and `request`: the Task that the desk accepts, and the demand that it is about; `hub`: the desk's
    organisation. An activity is delegated when it has a detail of a service that has not begun, is not to be avoided
    (doNotPerform) and is of a kind for partners; a reference to the Task takes the detail's place (cpl-3). Performers
    who are no organisation keep the detail. Raises Invalid when the plan is neither draft nor active, or is over.
    """
    if plan["status"] not in ("draft", "active"):
        raise Invalid("plan-not-open", where="CarePlan.status")
    period = dict(plan.get("period", {}))
    if _is_over(period.get("end", ""), now):
        raise Invalid("plan-ended", where="CarePlan.period.end")
    period.setdefault("start", now)
    order = Order(plan, intake_task, request, now, hub, new_id)
    activities: list[Json] = []
    made: list[Json] = []
    for activity in plan.get("activity", ()):
        stands, asked = _share_out(activity, order)
        activities += stands
        made += asked
    active = {**plan, "status": "active", "period": period}
    return Delegation({**active, "activity": activities} if activities else active, tuple(made))


def _is_over(end: str, now: str) -> bool:
    """Whether FHIR dateTime `end` is surely before the instant `now`."""
    if "T" not in end:
        return end != "" and end < now[: len(end)]
    return datetime.fromisoformat(end) < datetime.fromisoformat(now)


def _share_out(activity: Resource, order: Order) -> tuple[list[Json], list[Json]]:
    """What stands in the plan for one activity, and what it asks of partners."""
    detail = activity.get("detail", {})
    performers = detail.get("performer", ())
    partners = dict.fromkeys(found for performer in performers if (found := _get_organisation(performer)))
    if not partners or not _is_for_partners(detail):
        return [dict(activity)], []
    others = [performer for performer in performers if not _get_organisation(performer)]
    stands = [{**activity, "detail": {**detail, "performer": others}}] if others else []
    shared = {name: value for name, value in activity.items() if name != "detail"}
    made = []
    for partner in partners:
        if stands:
            shared.pop("id", None)  # of an element, once in a resource
        request = build_request(activity, partner, order)
        action = build_task(activity, partner, request, order)
        made += [request, action]
        stands.append({**shared, "reference": build_link(action)})
    return stands, made


def _get_organisation(performer: Resource) -> str:
    found = str(performer.get("reference", ""))
    return found if found.startswith("Organization/") else ""


def _is_for_partners(detail: Resource) -> bool:
    asked = detail.get("kind") in _KINDS and detail.get("status") in _NOT_BEGUN
    return asked and not detail.get("doNotPerform") and not _GOODS & detail.keys()
