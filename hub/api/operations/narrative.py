"""Resources in a few words for people: https://hl7.org/fhir/R4/narrative.html. Pure.

Generated from slices each time: a stored narrative could repeat what is hidden (`docs/leaks.md` L103). All texts are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from hub.domain.messages import get_text
from hub.domain.resource_types import RESOURCE_TYPES

Json = Mapping[str, Any]

_STATUSES = ("status", "lifecycleStatus", "clinicalStatus")
# Code of a status → its text in the catalogue. Other statuses are left out.
_STATUS_TEXTS = {
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


def write_narrative(resources: Iterable[Json], resources_by_name: Mapping[str, Json], language: str) -> str:
    """Return a list with a line for each of `resources`, as XHTML. `resources_by_name`: where the names of parties are looked
    up."""
    lines = "".join(f"<li>{escape(_write_line(resource, resources_by_name, language))}</li>" for resource in resources)
    return f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}"><ul>{lines}</ul></div>'


def get_party_name(resource: Json) -> str:
    """Return the name of an organisation, a professional, a person; "" when the slice has none."""
    return _write_text(resource.get("name"))


def _write_line(resource: Json, resources_by_name: Mapping[str, Json], language: str) -> str:
    """Its title, its status and its parties, as far as the slice has them."""
    titles = RESOURCE_TYPES[resource["resourceType"]].titles
    line = next(filter(None, map(_write_text, map(resource.get, titles))), "")
    line = line or get_text("document-untitled", language)
    status = next(filter(None, (_write_status(resource.get(name), language) for name in _STATUSES)), "")
    names = (_find_party_name(reference, resources_by_name) for reference in _list_parties(resource))
    parties = ", ".join(filter(None, names))
    return line + (f" ({status})" if status else "") + (f" : {parties}" if parties else "")


def _write_text(value: Any) -> str:
    """Return a string, a CodeableConcept or a HumanName as text, or the first of a list that has one."""
    if isinstance(value, list):
        return next(filter(None, map(_write_text, value)), "")
    if not isinstance(value, dict):
        return " ".join(value.split()) if isinstance(value, str) else ""
    if "family" in value or "given" in value:
        return " ".join([*value.get("given", ()), value.get("family", "")]).strip()
    codings = (coding.get("display") or coding.get("code", "") for coding in value.get("coding", ()))
    return _write_text(value.get("text")) or next(filter(None, codings), "")


def _write_status(value: Any, language: str) -> str:
    codings = () if isinstance(value, str) else (value or {}).get("coding", ())
    code = value if isinstance(value, str) else next((coding.get("code") for coding in codings), "")
    return get_text(_STATUS_TEXTS[code], language) if code in _STATUS_TEXTS else ""


def _list_parties(resource: Json) -> list[Any]:
    """References to who acts: the owner of a Task, the members of a CareTeam, the performers of a request."""
    members = [participant.get("member") for participant in resource.get("participant", ())]
    performers = resource.get("performer")
    return [resource.get("owner"), *members, *(performers if isinstance(performers, list) else ())]


def _find_party_name(reference: Any, resources_by_name: Mapping[str, Json]) -> str:
    name = reference.get("reference", "") if isinstance(reference, dict) else ""
    return get_party_name(resources_by_name[name]) if name in resources_by_name else ""
