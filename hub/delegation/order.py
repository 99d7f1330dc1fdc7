"""The hub's order to one partner for one activity, and the Task that carries it (`docs/loop.md` D3, D6.13–D6.16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_profiles import codes
from hub.task_machine import stamp

Json = dict[str, Any]
Resource = Mapping[str, Any]

_UNNAMED = "Action du plan"
_COMPLETE = {"system", "code"}


@dataclass(frozen=True)
class Order:
    """What the orders for one plan have in common; the fields are the arguments of `delegate`."""

    plan: Resource
    intake: Resource
    request: Resource
    now: str
    hub: str
    new_id: Callable[[str], str]

    @property
    def priority(self) -> str:
        """The source's priority, which the partner must keep."""
        return str(self.request.get("priority") or self.intake.get("priority") or "routine")


def build_request(activity: Resource, partner: str, order: Order) -> Json:
    """Return the hub's own order to `partner` for an activity with a detail.

    It takes everything of the detail that a ServiceRequest can hold, because the detail leaves the plan: goals go to
    supportingInfo. Of the source's demand it takes coded instructions alone (orderDetail, as "do not contact the patient":
    D6.16): its code and its words may disclose what this partner must not know (`docs/parts.md`, "Which type, which section").
    """
    detail, source = activity["detail"], order.request
    notes = [detail.get("description"), detail.get("scheduledString")]
    return _build_resource(
        "ServiceRequest",
        order,
        extension=_build_domain(activity),
        instantiatesCanonical=detail.get("instantiatesCanonical"),
        instantiatesUri=detail.get("instantiatesUri"),
        basedOn=[build_link(source)],
        status="active",
        intent="filler-order",
        category=[{"coding": [{"system": codes.REQUEST_CATEGORY, "code": "delegation"}]}],
        priority=order.priority,
        code=detail.get("code") or {"text": detail.get("description") or _UNNAMED},
        orderDetail=_list_coded_instructions(source),
        quantityQuantity=detail.get("quantity"),
        subject=order.plan["subject"],
        occurrencePeriod=detail.get("scheduledPeriod"),
        occurrenceTiming=detail.get("scheduledTiming"),
        authoredOn=order.now,
        requester={"reference": order.hub},
        performer=[{"reference": partner}],
        locationReference=[detail["location"]] if "location" in detail else None,
        reasonCode=detail.get("reasonCode"),
        reasonReference=detail.get("reasonReference"),
        supportingInfo=detail.get("goal"),
        note=[{"text": text} for text in notes if text],
    )


def build_task(activity: Resource, partner: str, request: Resource, order: Order) -> Json:
    """Return the Task of `partner`: fulfil `request`, for the plan, as a part of the intake Task."""
    end = activity["detail"].get("scheduledPeriod", {}).get("end")
    task = _build_resource(
        "Task",
        order,
        extension=_build_domain(activity),
        basedOn=[build_link(order.plan)],
        partOf=[build_link(order.intake)],
        status="requested",
        intent="order",
        priority=order.priority,
        code={"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}]},
        focus=build_link(request),
        **{"for": order.plan["subject"]},
        authoredOn=order.now,
        requester={"reference": order.hub},
        owner={"reference": partner},
        restriction={"period": {"end": end}} if end else None,
    )
    return stamp(task, order.now, "T2")


def _list_coded_instructions(source: Resource) -> list[Json]:
    """Return the order details of the source's demand, without their words."""
    coded = [
        [
            {"system": coding["system"], "code": coding["code"]}
            for coding in detail.get("coding", ())
            if coding.keys() >= _COMPLETE
        ]
        for detail in source.get("orderDetail", ())
    ]
    return [{"coding": codings} for codings in coded if codings]


def _build_domain(activity: Resource) -> list[Json]:
    """Return the activity domain, which labels a Task and its request (`docs/parts.md` 4): the plan's extension, or its code."""
    detail = activity["detail"]
    for extension in (*activity.get("extension", ()), *detail.get("extension", ())):
        if extension.get("url") == codes.ACTIVITY_DOMAIN_EXTENSION:
            return [dict(extension)]
    for coding in detail.get("code", {}).get("coding", ()):
        if coding.get("system") == codes.ACTIVITY_DOMAIN:
            return [{"url": codes.ACTIVITY_DOMAIN_EXTENSION, "valueCoding": dict(coding)}]
    return []


def _build_resource(type_: str, order: Order, **elements: Any) -> Json:
    """Return a new resource without empty elements."""
    content = {name: value for name, value in elements.items() if value}
    return {"resourceType": type_, "id": order.new_id(type_), **content}


def build_link(resource: Resource) -> Json:
    """Return a reference to `resource`."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}
