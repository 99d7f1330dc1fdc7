"""ServiceRequest and its Task → the fields of the demand itself (R4 `servicerequest`, `task`; `docs/loop.md` D3, D6)."""

from __future__ import annotations

from typing import Any

from adapters.fhir import datatypes as dt
from adapters.fhir.bundle import Entry, Library
from adapters.fhir.demand import Demand
from adapters.fhir.node import Node
from hub.domain.referral import Code, Identifier

_URGENCY = ("", "routine", "urgent", "asap", "stat")
_INTENTS = frozenset(
    {"proposal", "plan", "directive", "order", "original-order", "reflex-order", "filler-order", "instance-order"}
    | {"option"}
)
_REQUEST_STATUSES = frozenset({"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"})
_TASK_STATUSES = {
    "requested": "pending", "received": "pending", "ready": "pending", "accepted": "accepted",
    "in-progress": "accepted", "on-hold": "accepted", "rejected": "rejected",
    "draft": "", "cancelled": "", "failed": "", "completed": "", "entered-in-error": "",
}  # fmt: skip


def demand_fields(library: Library, demand: Demand) -> dict[str, Any]:
    """The arguments of Referral that the ServiceRequest and its Task say. Problems noted: a request that is not active,
    one that forbids (`doNotPerform`), a Task that is no longer asked. Of two priorities the more urgent stands."""
    request, task = demand.request, demand.task
    node = library.use(request)
    node.ignore("instantiatesCanonical", "instantiatesUri", "supportingInfo", "insurance", "performerType")
    node.coded("intent", _INTENTS, required=True)
    if node.flag("doNotPerform"):
        node.wrong("doNotPerform", "do-not-perform")
    ids = node.children("identifier")
    reasons, reason = _reasons(library, request)
    start, end = dt.period(node.child("occurrencePeriod"))
    found = {
        "status": _status(node),
        "priority": node.coded("priority", _URGENCY),
        "categories": dt.concepts(node.children("category")),
        "service": dt.concept(node.child("code")),
        "reason": reason,
        "reason_codes": reasons,
        "notes": dt.notes(node.children("note")) + _instruction(node),
        "placer": placer(ids),
        "filler": _of_kind(ids, "FILL"),
        "authored": node.date("authoredOn"),
        "start": node.date("occurrenceDateTime") or start,
        "end": end,
    }
    if task is not None:
        _merge(library, task, found)
    return {**found, "priority": found["priority"] or "routine"}


def placer(ids: list[Node]) -> Identifier | None:
    """The sender's identifier of the demand: type PLAC, else the first that is not the filler's."""
    found = [one for one in dt.identifiers(ids) if one.kind != "FILL"]
    return _of_kind(ids, "PLAC") or (found[0] if found else None)


def _merge(library: Library, task: Entry, found: dict[str, Any]) -> None:
    node = library.use(task)
    node.ignore(
        "identifier", "intent", "code", "focus", "for", "basedOn", "partOf", "businessStatus", "groupIdentifier"
    )
    node.ignore("lastModified", "requester", "owner", "performerType", "statusReason")
    status = node.coded("status", _TASK_STATUSES, required=True)
    if status and not _TASK_STATUSES[status]:
        node.wrong("status", "request-not-active")
    restriction, reason = node.child("restriction"), dt.concept(node.child("reasonCode"))
    until = dt.period(restriction.child("period"))[1] if restriction is not None else ""
    description, priority = node.text("description"), node.coded("priority", _URGENCY)
    authored = node.date("authoredOn")
    found["status"] = _TASK_STATUSES.get(status) or found["status"]
    found["priority"] = max(found["priority"], priority, key=_URGENCY.index)
    found["authored"] = found["authored"] or authored
    found["end"] = found["end"] or until
    found["reason_codes"] += (reason,) if reason is not None else ()
    found["reason"] = found["reason"] or (reason.text if reason is not None else "")
    found["notes"] += (description,) if description else ()
    found["notes"] += dt.notes(node.children("note")) + _inputs(node)


def _status(node: Node) -> str:
    status = node.coded("status", _REQUEST_STATUSES, required=True)
    if status and status not in ("active", "unknown"):
        node.wrong("status", "request-not-active")
    return "pending" if status == "active" else ""


def _reasons(library: Library, request: Entry) -> tuple[tuple[Code, ...], str]:
    """The reasons as codes, and as one text. A reason that stayed behind has only its display."""
    codes = list(dt.concepts(request.node.children("reasonCode")))
    words = []
    for reference in request.node.children("reasonReference"):
        target = library.resolve(reference, request)
        code = dt.concept(target.node.child("code")) if target is not None and target.type == "Condition" else None
        if code is not None:
            codes.append(code)
        elif display := reference.text("display"):
            words.append(display)
        else:
            reference.reading.aside(reference.name)
    texts = [code.text for code in codes if code.text] + words
    return tuple(codes), " ; ".join(dict.fromkeys(texts))


def _instruction(node: Node) -> tuple[str, ...]:
    text = node.text("patientInstruction")
    return (text,) if text else ()


def _of_kind(ids: list[Node], kind: str) -> Identifier | None:
    return next((found for found in dt.identifiers(ids) if found.kind == kind), None)


def _inputs(node: Node) -> tuple[str, ...]:
    """Inputs that are words; those that point to a resource need nothing, the resource is read where it stands."""
    found = []
    for item in node.children("input"):
        item.ignore("valueReference")
        kind, concept = dt.concept(item.child("type")), dt.concept(item.child("valueCodeableConcept"))
        words = item.text("valueString") or item.text("valueMarkdown") or (concept.text if concept is not None else "")
        if words:
            found.append(f"{kind.text} : {words}" if kind is not None and kind.text else words)
    return tuple(found)
