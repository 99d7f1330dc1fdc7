"""The delegation of a plan: which of its activities go to which partners (`docs/loop.md` D3 steps 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hub.delegation.order import Json, Order, Resource, build_link, build_request, build_task
from hub.domain.dates import parse_end, parse_moment
from hub.domain.errors import Invalid

_KINDS = frozenset({None, "ServiceRequest", "Task"})
_NOT_BEGUN = frozenset({"not-started", "scheduled"})
# A detail with these asks for goods, not for a service: a ServiceRequest cannot hold them.
_GOODS = frozenset({"productCodeableConcept", "productReference", "dailyAmount"})


@dataclass(frozen=True)
class Delegation:
    """The plan in its new state, and the new resources, each after those that it points to."""

    plan: Json
    resources: tuple[Json, ...]


def delegate(
    plan: Resource, intake_task: Resource, request: Resource, *, now: str, new_id: Callable[[str], str], hub: str
) -> Delegation:
    """Return the plan active, and a ServiceRequest and a Task for each organisation that one of its activities names.

    `intake_task` and `request`: the Task that the desk accepts, and the demand that it is about; `hub`: the desk's
    organisation. An activity is delegated when it has a detail of a service that has not begun, without doNotPerform and of a
    kind for partners; a reference to the Task replaces the detail (cpl-3). Performers who are no organisation keep the detail.
    Raises Invalid when the plan is neither draft nor active, or is over.
    """
    if plan["status"] not in ("draft", "active"):
        raise Invalid("plan-not-open", where="CarePlan.status")
    period = dict(plan.get("period", {}))
    if _is_over(period.get("end", ""), now):
        raise Invalid("plan-ended", where="CarePlan.period.end")
    period.setdefault("start", now)
    order = Order(plan, intake_task, request, now, hub, new_id)
    activities: list[Json] = []
    resources: list[Json] = []
    for activity in plan.get("activity", ()):
        kept_activities, new_resources = _share_out(activity, order)
        activities += kept_activities
        resources += new_resources
    active = {**plan, "status": "active", "period": period}
    return Delegation({**active, "activity": activities} if activities else active, tuple(resources))


def _is_over(end: str, now: str) -> bool:
    """Return whether the FHIR dateTime `end` is surely before the instant `now`."""
    return end != "" and parse_end(end) < parse_moment(now)


def _share_out(activity: Resource, order: Order) -> tuple[list[Json], list[Json]]:
    """Return what the plan keeps for one activity, and the resources that ask partners for it."""
    detail = activity.get("detail", {})
    performers = detail.get("performer", ())
    partners = dict.fromkeys(name for performer in performers if (name := _get_organisation(performer)))
    if not partners or not _is_for_partners(detail):
        return [dict(activity)], []
    others = [performer for performer in performers if not _get_organisation(performer)]
    activities = [{**activity, "detail": {**detail, "performer": others}}] if others else []
    shared = {name: value for name, value in activity.items() if name != "detail"}
    resources = []
    for partner in partners:
        if activities:
            shared.pop("id", None)  # an element id is unique in a resource
        request = build_request(activity, partner, order)
        action = build_task(activity, partner, request, order)
        resources += [request, action]
        activities.append({**shared, "reference": build_link(action)})
    return activities, resources


def _get_organisation(performer: Resource) -> str:
    reference = str(performer.get("reference", ""))
    return reference if reference.startswith("Organization/") else ""


def _is_for_partners(detail: Resource) -> bool:
    is_open = detail.get("kind") in _KINDS and detail.get("status") in _NOT_BEGUN
    return is_open and not detail.get("doNotPerform") and not _GOODS & detail.keys()
