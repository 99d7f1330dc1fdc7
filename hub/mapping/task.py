"""The Tasks that a message creates (https://hl7.org/fhir/R4/task.html; `docs/loop.md` D3, D6.1–D6.9;
`docs/domain.md` §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fhir_profiles import codes
from hub.domain.referral.message import Referral
from hub.mapping.context import MappingContext
from hub.mapping.identifiers import build_demand_identifiers
from hub.mapping.request import get_priority, is_withdrawn
from hub.mapping.shape import (
    Json,
    add_hours,
    build_coding,
    build_concept,
    build_domain,
    build_extension,
    build_notes,
    build_reference,
    build_resource,
    compact,
)

RETURN_HOME_HOURS = 48
_UNREAD = "Non lu, gardé dans le message"


def build_intake_task(
    referral: Referral,
    patient: str,
    request: Json,
    context: MappingContext,
    *,
    handed: Mapping[str, Sequence[Json]],
    plan: Sequence[Json] = (),
) -> Json:
    """Return the desk's Task for a demand, which is due by the time of its priority.

    `handed`: what its owner is given to read, by kind of input (`docs/parts.md` 27).
    `plan`: the draft that its acceptance makes active.

    It always starts `requested`, for the desk has not decided yet what the sender calls accepted. A demand that the sender
    rejects or lets expire is `cancelled` with its reason, so that the queue does not hold it and the sender sees it.
    """
    hours = context.due_hours[get_priority(referral)]
    withdrawn = is_withdrawn(referral)
    return build_resource(
        "Task",
        context.new_id("Task"),
        extension=[build_domain("coordination"), build_function("gatekeeper")],
        basedOn=[build_reference(resource) for resource in plan],
        identifier=build_demand_identifiers(referral.placer, referral.filler, context),
        status="cancelled" if withdrawn else "requested",
        statusReason={"text": "La structure adresseuse ne maintient pas cette demande."} if withdrawn else {},
        businessStatus=build_concept(codes.BUSINESS_STATUS, codes.CANCELLED if withdrawn else codes.CREATED),
        intent="order",
        priority=get_priority(referral),
        code=_build_code("intake"),
        focus=build_reference(request),
        for_=build_reference(patient),
        authoredOn=context.received,
        lastModified=context.now,
        requester=build_reference(context.requester),
        owner=build_reference(context.desk),
        restriction={"period": {"end": add_hours(context.received, hours)}},
        input=[_build_input(kind, resource) for kind, resources in handed.items() for resource in resources],
        note=build_notes([f"{_UNREAD} : {', '.join(referral.unread)}"] if referral.unread else []),
    )


def build_return_home_task(encounter: Json, end: str, received: Json, context: MappingContext) -> Json:
    """Return the Task for the 48 hours after a discharge (`docs/domain.md` §5.2), of the care manager or else of the desk."""
    return build_resource(
        "Task",
        context.new_id("Task"),
        extension=[build_domain("coordination"), build_function("broker")],
        basedOn=[build_reference(context.care_plan)],
        status="requested",
        intent="order",
        priority="urgent",
        code=_build_code("return-home"),
        focus=build_reference(context.care_plan),
        for_=build_reference(context.patient),
        encounter=build_reference(encounter),
        authoredOn=context.received,
        lastModified=context.now,
        requester=build_reference(context.desk),
        owner=build_reference(context.care_manager or context.desk),
        restriction={"period": {"end": add_hours(end if "T" in end else context.received, RETURN_HOME_HOURS)}},
        input=[_build_input("received-document", received)],
    )


def build_function(code: str) -> Json:
    """Return the function of case management, one of four, that a Task serves (`docs/domain.md` §1.5)."""
    return build_extension(codes.CM_FUNCTION_EXTENSION, valueCoding=build_coding(codes.CM_FUNCTION, code))


def _build_code(hub_task: str) -> Json:
    return compact(coding=[build_coding(codes.TASK_CODE, "fulfill"), build_coding(codes.HUB_TASK, hub_task)])


def _build_input(kind: str, document: Json) -> Json:
    return {"type": build_concept(codes.TASK_INPUT, kind), "valueReference": build_reference(document)}
