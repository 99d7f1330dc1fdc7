"""ServiceRequest and its Task → the fields of the demand itself (R4 `servicerequest`, `task`; `docs/loop.md` D3, D6)."""

from __future__ import annotations

from typing import Any

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Demand
from hub.domain.referral.datatypes import Code, Identifier

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


def read_demand_fields(library: Library, demand: Demand) -> dict[str, Any]:
    """Return the arguments of Referral that the ServiceRequest and its Task give. Of two priorities the more urgent is
    taken.

    Problems noted: a request that is not active, one that forbids (`doNotPerform`), a Task that has ended."""
    request, task = demand.request, demand.task
    node = library.use(request)
    node.ignore("instantiatesCanonical", "instantiatesUri", "supportingInfo", "insurance", "performerType")
    node.code("intent", _INTENTS, required=True)
    if node.flag("doNotPerform"):
        node.report("doNotPerform", "do-not-perform")
    ids = node.children("identifier")
    reasons, reason = _read_reasons(library, request)
    start, end = dt.read_period(node.child("occurrencePeriod"))
    values = {
        "status": _read_status(node),
        "priority": node.code("priority", _URGENCY),
        "categories": dt.read_concepts(node.children("category")),
        "service": dt.read_concept(node.child("code")),
        "reason": reason,
        "reason_codes": reasons,
        "notes": dt.read_notes(node.children("note")) + _read_instruction(node),
        "placer": find_placer(ids),
        "filler": _find_kind(ids, "FILL"),
        "authored": node.date("authoredOn"),
        "start": node.date("occurrenceDateTime") or start,
        "end": end,
    }
    if task is not None:
        _merge_task(library, task, values)
    return {**values, "priority": values["priority"] or "routine"}


def find_placer(ids: list[Node]) -> Identifier | None:
    """Return the sender's identifier of the demand: type PLAC, else the first that is not the filler's."""
    candidates = [identifier for identifier in dt.read_identifiers(ids) if identifier.kind != "FILL"]
    return _find_kind(ids, "PLAC") or (candidates[0] if candidates else None)


def _merge_task(library: Library, task: Entry, values: dict[str, Any]) -> None:
    node = library.use(task)
    node.ignore(
        "identifier", "intent", "code", "focus", "for", "basedOn", "partOf", "businessStatus", "groupIdentifier"
    )
    node.ignore("lastModified", "requester", "owner", "performerType", "statusReason")
    status = node.code("status", _TASK_STATUSES, required=True)
    if status and not _TASK_STATUSES[status]:
        node.report("status", "request-not-active")
    restriction, reason = node.child("restriction"), dt.read_concept(node.child("reasonCode"))
    until = dt.read_period(restriction.child("period"))[1] if restriction is not None else ""
    description, priority = node.text("description"), node.code("priority", _URGENCY)
    authored = node.date("authoredOn")
    values["status"] = _TASK_STATUSES.get(status) or values["status"]
    values["priority"] = max(values["priority"], priority, key=_URGENCY.index)
    values["authored"] = values["authored"] or authored
    values["end"] = values["end"] or until
    values["reason_codes"] += (reason,) if reason is not None else ()
    values["reason"] = values["reason"] or (reason.text if reason is not None else "")
    values["notes"] += (description,) if description else ()
    values["notes"] += dt.read_notes(node.children("note")) + _read_inputs(node)


def _read_status(node: Node) -> str:
    status = node.code("status", _REQUEST_STATUSES, required=True)
    if status and status not in ("active", "unknown"):
        node.report("status", "request-not-active")
    return "pending" if status == "active" else ""


def _read_reasons(library: Library, request: Entry) -> tuple[tuple[Code, ...], str]:
    """Return the reasons as codes, and as one text. A reason whose resource is not in the message has only its display."""
    codes = list(dt.read_concepts(request.node.children("reasonCode")))
    words = []
    for reference in request.node.children("reasonReference"):
        target = library.resolve(reference, request)
        code = dt.read_concept(target.node.child("code")) if target is not None and target.type == "Condition" else None
        if code is not None:
            codes.append(code)
        elif display := reference.text("display"):
            words.append(display)
        else:
            reference.reading.set_aside(reference.name)
    texts = [code.text for code in codes if code.text] + words
    return tuple(codes), " ; ".join(dict.fromkeys(texts))


def _read_instruction(node: Node) -> tuple[str, ...]:
    text = node.text("patientInstruction")
    return (text,) if text else ()


def _find_kind(ids: list[Node], kind: str) -> Identifier | None:
    return next((identifier for identifier in dt.read_identifiers(ids) if identifier.kind == kind), None)


def _read_inputs(node: Node) -> tuple[str, ...]:
    """Read the inputs that are texts; the resource that a reference points to is read by itself."""
    texts = []
    for item in node.children("input"):
        item.ignore("valueReference")
        kind, concept = dt.read_concept(item.child("type")), dt.read_concept(item.child("valueCodeableConcept"))
        words = item.text("valueString") or item.text("valueMarkdown") or (concept.text if concept is not None else "")
        if words:
            texts.append(f"{kind.text} : {words}" if kind is not None and kind.text else words)
    return tuple(texts)
