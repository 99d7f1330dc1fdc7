"""What resources say, in a few words for people: https://hl7.org/fhir/R4/narrative.html. Pure.

Made of slices, each time anew: a stored narrative could repeat what is hidden (`docs/leaks.md` L103). All of it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from hub.domain.messages import get_text
from hub.domain.resource_types import RESOURCE_TYPES

Json = Mapping[str, Any]

_STATUSES = ("status", "lifecycleStatus", "clinicalStatus")
# What a status is called; one that is not here is left unsaid.
_CALLED = {
    "accepted": "status-accepted",
    "active": "status-active",
    "booked": "status-booked",
    "cancelled": "status-cancelled",
    "completed": "status-completed",
    "draft": "status-draft",
    "entered-in-error": "status-entered-in-error",
    "failed": "status-failed",
    "fulfilled": "status-fulfilled",
    "in-progress": "status-in-progress",
    "inactive": "status-inactive",
    "on-hold": "status-on-hold",
    "planned": "status-planned",
    "proposed": "status-proposed",
    "received": "status-received",
    "rejected": "status-rejected",
    "remission": "status-remission",
    "requested": "status-requested",
    "resolved": "status-resolved",
    "revoked": "status-revoked",
}


def write_narrative(resources: Iterable[Json], told: Mapping[str, Json], language: str) -> str:
    """A list with a line for each of `resources`, as XHTML. `told`: what is there by name, for the names of parties."""
    lines = "".join(f"<li>{escape(_line(one, told, language))}</li>" for one in resources)
    return f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}"><ul>{lines}</ul></div>'


def get_party_name(resource: Json) -> str:
    """The name of an organisation, a professional, a person; "" when the slice has none."""
    return _words(resource.get("name"))


def _line(resource: Json, told: Mapping[str, Json], language: str) -> str:
    titles = RESOURCE_TYPES[resource["resourceType"]].titles
    line = next(filter(None, map(_words, map(resource.get, titles))), "") or get_text("document-untitled", language)
    status = next((words for words in (_status(resource.get(name), language) for name in _STATUSES) if words), "")
    parties = ", ".join(name for name in (_named(one, told) for one in _parties(resource)) if name)
    return line + (f" ({status})" if status else "") + (f" : {parties}" if parties else "")


def _words(value: Any) -> str:
    """The words of a text, a CodeableConcept, a HumanName, or of the first of several."""
    if isinstance(value, list):
        return next(filter(None, map(_words, value)), "")
    if not isinstance(value, dict):
        return " ".join(value.split()) if isinstance(value, str) else ""
    if "family" in value or "given" in value:
        return " ".join([*value.get("given", ()), value.get("family", "")]).strip()
    codings = (coding.get("display") or coding.get("code", "") for coding in value.get("coding", ()))
    return _words(value.get("text")) or next(filter(None, codings), "")


def _status(value: Any, language: str) -> str:
    code = value if isinstance(value, str) else next((c.get("code") for c in (value or {}).get("coding", ())), "")
    return get_text(_CALLED[code], language) if code in _CALLED else ""


def _parties(resource: Json) -> list[Any]:
    """Who acts there: the owner of a Task, the members of a CareTeam, those who perform a request."""
    members = [one.get("member") for one in resource.get("participant", ())]
    performers = resource.get("performer")
    return [resource.get("owner"), *members, *(performers if isinstance(performers, list) else ())]


def _named(reference: Any, told: Mapping[str, Json]) -> str:
    name = reference.get("reference", "") if isinstance(reference, dict) else ""
    return get_party_name(told[name]) if name in told else ""
