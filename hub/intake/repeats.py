"""A message about a demand that its sender has made before and that is open: what it says more.

What an earlier message of the demand said already changes nothing. The earlier messages are read again from the demand's own
documents, so the comparison is with what was sent, whatever became of it since.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from hub.domain.errors import HubError
from hub.domain.messages import get_text
from hub.domain.referral.clinical import Attachment
from hub.domain.referral.message import Referral
from hub.mapping import Json, MappedReferral
from hub.mapping.request import get_priority, is_withdrawn
from hub.mapping.shape import build_reference, get_name
from hub.record.admission.lookup import UNDECIDED, Lookup

ReadMessage = Callable[[bytes, str], Referral | None]
"""Bytes and media type → the demand in them; None when they cannot be read here."""

_LISTS = (
    "relatives", "professionals", "diagnoses", "allergies", "procedures", "measures", "treatments", "covers", "attachments",
    "agreements", "services_in_place", "tags", "notes", "remarks", "reason_codes", "categories", "unread",
)  # fmt: skip
_ONCE = ("service", "stay", "reason", "start", "end")
# The first message of the demand and the last ones: messages repeat what the one before them said.
_LAST_COMPARED = 3
_RANK = re.compile(r"\[\d+\]")
_NOT_WRITTEN = frozenset({"Patient", "ServiceRequest", "Task", "CarePlan", "CareTeam", "Provenance"})
_URGENCY = ("routine", "urgent", "asap", "stat")
_PRIORITY = "Priorité demandée de nouveau : {new} (auparavant {old})"
_WITHDRAWN = "La structure adresseuse ne maintient pas cette demande."


@dataclass(frozen=True)
class Repeat:
    """A message of a demand that is open. `earlier`: the messages of the demand before it; `addition`: what it says more."""

    referral: Referral
    earlier: tuple[Referral, ...]
    addition: Referral

    @property
    def states_person(self) -> bool:
        """Whether the person is stated otherwise than before."""
        return not any(_digest(message.person) == _digest(self.referral.person) for message in self.earlier)

    @property
    def former_priority(self) -> str:
        """The priority of the message before, if this one has another; else ""."""
        former = get_priority(self.earlier[-1]) if self.earlier else ""
        return former if former != get_priority(self.referral) else ""


def compare(referral: Referral, earlier: Sequence[Referral]) -> Repeat:
    """Return `referral` beside the messages of the same demand before it."""
    changes: dict[str, Any] = {}
    for name in _LISTS:
        known = {_digest(item) for message in earlier for item in getattr(message, name)}
        changes[name] = tuple(item for item in getattr(referral, name) if _digest(item) not in known)
    for name in _ONCE:
        value = getattr(referral, name)
        if any(_digest(getattr(message, name)) == _digest(value) for message in earlier):
            changes[name] = None if name in ("service", "stay") else ""
    return Repeat(referral, tuple(earlier), replace(referral, **changes))


def list_earlier(task: Mapping[str, Any], lookup: Lookup, read: ReadMessage) -> list[Referral]:
    """Return the messages of the demand of an intake Task: the first and the last ones, in order, those that can be read."""
    documents = [reference for item in task.get("input", ()) if (reference := _get_message_document(item))]
    messages = (
        _read_document(name, lookup, read) for name in dict.fromkeys([*documents[:1], *documents[-_LAST_COMPARED:]])
    )
    return [message for message in messages if message is not None]


def build_again(task: Json, repeat: Repeat, mapped: MappedReferral, lookup: Lookup) -> tuple[list[Json], list[Json]]:
    """Return (new resources, resources of the demand that change): what the message says more and the message itself; the Task
    and the request with both. `mapped`: the resources of `repeat.addition`."""
    by_type: dict[str, list[Json]] = {}
    for resource in mapped.resources:
        by_type.setdefault(resource["resourceType"], []).append(resource)
    new = [resource for resource in mapped.resources if resource["resourceType"] not in _NOT_WRITTEN]
    [mapped_task], [mapped_request] = by_type["Task"], by_type["ServiceRequest"]
    request = lookup.read_whole(task["focus"]["reference"])
    changed_request = _merge_request(request, mapped_request, repeat)
    changed = [_merge_task(task, mapped_task, repeat), *([changed_request] if changed_request != request else [])]
    names = {get_name(resource) for resource in new}
    for provenance in by_type.get("Provenance", []):
        targets = [target for target in provenance["target"] if target["reference"] in names]
        new.append(provenance | {"target": [*targets, *(build_reference(resource) for resource in changed)]})
    return new, changed


def _merge_task(task: Json, addition: Json, repeat: Repeat) -> Json:
    [message, *others] = addition["input"]
    again = {"type": {"text": get_text("message-again", "fr")}, "valueReference": message["valueReference"]}
    notes, changes = list(addition.get("note", ())), dict[str, Any]()
    if former := repeat.former_priority:
        new = get_priority(repeat.referral)
        notes.append({"text": _PRIORITY.format(new=new, old=former)})
        changes["priority"] = new
        if _URGENCY.index(new) > _URGENCY.index(former):
            changes["restriction"] = addition["restriction"]
    if is_withdrawn(repeat.referral):
        if task["status"] in UNDECIDED:
            changes |= {name: addition[name] for name in ("status", "statusReason", "businessStatus")}
        else:
            notes.append({"text": _WITHDRAWN})
    if notes:
        changes["note"] = [*task.get("note", ()), *notes]
    return task | changes | {"input": [*task.get("input", ()), again, *others]}


def _merge_request(request: Json, addition: Json, repeat: Repeat) -> Json:
    """Return the request with the notes, reasons, people and references that the message adds, under local ids of their own."""
    suffix = f"-{sum(1 for inner in request.get('contained', ()) if inner['id'].startswith('stated')) + 1}"
    suffix += f"-{len(request.get('contained', ()))}"
    contained = [
        inner | {"id": f"{inner['id']}{suffix}"}
        for inner in addition.get("contained", ())
        if inner["resourceType"] != "Patient" or repeat.states_person
    ]
    local = {f"#{inner['id']}" for inner in contained}
    information = [
        {**item, "reference": f"{item['reference']}{suffix}"} if item["reference"].startswith("#") else item
        for item in addition.get("supportingInfo", ())
    ]
    added = {
        "contained": contained,
        "supportingInfo": [
            item for item in information if not item["reference"].startswith("#") or item["reference"] in local
        ],
        **{name: list(addition.get(name, ())) for name in ("note", "reasonCode", "insurance")},
    }
    changed = request | {name: [*request.get(name, ()), *items] for name, items in added.items() if items}
    for name in ("code", "occurrencePeriod", "encounter"):
        if name in addition:
            changed[name] = addition[name]
    if repeat.former_priority:
        changed["priority"] = get_priority(repeat.referral)
    return changed | ({"status": "revoked"} if is_withdrawn(repeat.referral) else {})


def _get_message_document(item: Mapping[str, Any]) -> str:
    """Return the DocumentReference of an input that is a message; "" for any other."""
    kind = item.get("type", {})
    is_first = any(coding.get("code") == "received-document" for coding in kind.get("coding", ()))
    is_message = is_first or kind.get("text") == get_text("message-again", "fr")
    name = str(item.get("valueReference", {}).get("reference", ""))
    return name if is_message and name.startswith("DocumentReference/") else ""


def _read_document(name: str, lookup: Lookup, read: ReadMessage) -> Referral | None:
    attachment = lookup.read_whole(name)["content"][0]["attachment"]
    data = lookup.read_whole(attachment["url"]).get("data", "")
    try:
        return read(base64.b64decode(data), attachment.get("contentType", ""))
    except HubError:
        return None


def _digest(item: Any) -> str:
    """Return what two equal items have in common: places in their notes count without ranks, which move if something is put
    before them."""
    if isinstance(item, Attachment):
        return f"{sha256(item.data).hexdigest()} {replace(item, data=b'')!r}"
    return _RANK.sub("", repr(item))
