"""The actions that a message gives rise to (https://hl7.org/fhir/R4/task.html; `docs/loop.md` D3, D6.1–D6.9;
`docs/domain.md` §6)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_profiles import codes
from hub.domain.referral import Referral
from hub.mapping.context import Context
from hub.mapping.identifiers import demand_identifiers
from hub.mapping.request import is_withdrawn, priority
from hub.mapping.shape import Json, coded, coding, compact, domain, extension, later, reference, resource

RETURN_HOME_HOURS = 48


def intake_task(
    referral: Referral,
    patient: str,
    request: Json,
    context: Context,
    *,
    documents: Sequence[Json],
    plan: Sequence[Json] = (),
) -> Json:
    """The desk's action for a demand: to be analysed before the due time of its priority.

    `documents`: the received message, then its attachments. `plan`: the draft that its acceptance makes active.

    It always starts `requested`: what the sender calls accepted the desk has not decided yet. A demand that the
    sender gives as rejected or expired is recorded `cancelled` with its reason, so that the queue does not hold it
    and the sender sees it.
    """
    hours = context.due_hours[priority(referral)]
    withdrawn = is_withdrawn(referral)
    received, *attachments = documents
    return resource(
        "Task",
        context.new_id("Task"),
        extension=[domain("coordination"), function("gatekeeper")],
        basedOn=[reference(made) for made in plan],
        identifier=demand_identifiers(referral.placer, referral.filler, context),
        status="cancelled" if withdrawn else "requested",
        statusReason={"text": "La structure adresseuse ne maintient pas cette demande."} if withdrawn else {},
        businessStatus=coded(codes.BUSINESS_STATUS, codes.CANCELLED if withdrawn else codes.CREATED),
        intent="order",
        priority=priority(referral),
        code=_code("intake"),
        focus=reference(request),
        for_=reference(patient),
        authoredOn=context.received,
        lastModified=context.now,
        requester=reference(context.requester),
        owner=reference(context.desk),
        restriction={"period": {"end": later(context.received, hours)}},
        input=[_handed("received-document", received), *(_handed("attachment", made) for made in attachments)],
    )


def return_home_task(encounter: Json, end: str, received: Json, context: Context) -> Json:
    """What a discharge asks for within 48 hours (`docs/domain.md` §5.2), of the one who holds the plan, else of the desk."""
    return resource(
        "Task",
        context.new_id("Task"),
        extension=[domain("coordination"), function("broker")],
        basedOn=[reference(context.care_plan)],
        status="requested",
        intent="order",
        priority="urgent",
        code=_code("return-home"),
        focus=reference(context.care_plan),
        for_=reference(context.patient),
        encounter=reference(encounter),
        authoredOn=context.received,
        lastModified=context.now,
        requester=reference(context.desk),
        owner=reference(context.care_manager or context.desk),
        restriction={"period": {"end": later(end if "T" in end else context.received, RETURN_HOME_HOURS)}},
        input=[_handed("received-document", received)],
    )


def function(code: str) -> Json:
    """Which of the four functions of case management an action serves (`docs/domain.md` §1.5)."""
    return extension(codes.CM_FUNCTION_EXTENSION, valueCoding=coding(codes.CM_FUNCTION, code))


def _code(hub_task: str) -> Json:
    return compact(coding=[coding(codes.TASK_CODE, "fulfill"), coding(codes.HUB_TASK, hub_task)])


def _handed(kind: str, document: Json) -> Json:
    return {"type": coded(codes.TASK_INPUT, kind), "valueReference": reference(document)}
