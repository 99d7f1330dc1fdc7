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
    if node.code("intent", _INTENTS, required=True) != "order":
        node.leave("intent")
    if node.flag("doNotPerform"):
        node.report("doNotPerform", "do-not-perform")
    node.leave("doNotPerform")
    placer, filler = _read_numbers(node.children("identifier"))
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
        "placer": placer,
        "filler": filler,
        "authored": node.date("authoredOn"),
        "start": node.date("occurrenceDateTime") or start,
        "end": end,
    }
    if task is not None:
        _merge_task(library, task, node, values)
    return {**values, "priority": values["priority"] or "routine"}


def find_placer(ids: list[Node]) -> Identifier | None:
    """Return the sender's identifier of the demand: type PLAC, else the first that is not the filler's."""
    return _read_numbers(ids)[0]


def _read_numbers(ids: list[Node]) -> tuple[Identifier | None, Identifier | None]:
    """Return the placer's and the filler's identifier; the others are not read."""
    numbers = [(node, number) for node in ids if (number := dt.read_identifier(node)) is not None]
    of_kind = {number.kind: (node, number) for node, number in reversed(numbers)}
    others = [pair for pair in numbers if pair[1].kind != "FILL"]
    placer, filler = of_kind.get("PLAC") or next(iter(others), None), of_kind.get("FILL")
    for node, number in numbers:
        if (node, number) not in (placer, filler):
            node.forget()
    return placer[1] if placer else None, filler[1] if filler else None


def _merge_task(library: Library, task: Entry, request: Node, values: dict[str, Any]) -> None:
    node = library.use(task)
    status = node.code("status", _TASK_STATUSES, required=True)
    if status and not _TASK_STATUSES[status]:
        node.report("status", "request-not-active")
    if status != "requested":
        node.leave("status")
    if node.peek("intent") == "order":
        node.ignore("intent")
    restriction, reason = node.child("restriction"), dt.read_concept(node.child("reasonCode"))
    limit = restriction.child("period") if restriction is not None else None
    until = limit.date("end") if limit is not None else ""
    description, priority = node.text("description"), node.code("priority", _URGENCY)
    authored = node.date("authoredOn")
    demand_priority = values["priority"]
    values["status"] = _TASK_STATUSES.get(status) or values["status"]
    values["priority"] = max(values["priority"], priority, key=_URGENCY.index)
    values["authored"] = values["authored"] or authored
    if priority and priority != values["priority"]:
        node.leave("priority")
    elif values["priority"] != demand_priority:
        request.leave("priority")
    if values["end"]:
        node.leave("restriction")
    if values["authored"] != authored:
        node.leave("authoredOn")
    values["end"] = values["end"] or until
    values["reason_codes"] += (reason,) if reason is not None else ()
    values["reason"] = values["reason"] or (reason.text if reason is not None else "")
    values["notes"] += (description,) if description else ()
    values["notes"] += dt.read_notes(node.children("note")) + _read_inputs(node)


def _read_status(node: Node) -> str:
    status = node.code("status", _REQUEST_STATUSES, required=True)
    if status and status not in ("active", "unknown"):
        node.report("status", "request-not-active")
    if status == "unknown":
        node.leave("status")
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
            reference.forget()
    texts = [code.text for code in codes if code.text] + words
    return tuple(codes), " ; ".join(dict.fromkeys(texts))


def _read_instruction(node: Node) -> tuple[str, ...]:
    text = node.text("patientInstruction")
    return (text,) if text else ()


def _read_inputs(node: Node) -> tuple[str, ...]:
    """Read the inputs that are texts. Any other, such as a reference to a resource of the message, is not read here."""
    texts = []
    for item in node.children("input"):
        type_ = item.child("type")
        kind, words = dt.read_concept(type_), item.text("valueString") or item.text("valueMarkdown")
        if not words:
            concept = dt.read_concept(item.child("valueCodeableConcept"))
            words = concept.text if concept is not None else ""
            if (value := item.child("valueCodeableConcept")) is not None:
                value.leave("coding")
        if words:
            texts.append(f"{kind.text} : {words}" if kind is not None and kind.text else words)
            if type_ is not None:
                type_.leave("coding")
        else:
            item.forget()
    return tuple(texts)
