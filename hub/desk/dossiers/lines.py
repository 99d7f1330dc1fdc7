"""A resource as a line of the record page: what it is, when, who. No request; only what the reader's slice has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from hub.desk.formats import format_day, format_month
from hub.desk.persons import format_patient_name
from hub.domain.resource_types import RESOURCE_TYPES

Json = Mapping[str, Any]

# Each group of the page with the types that it shows, in order.
GROUPS = (
    ("demandes", _l("Demandes et actions"), ("Task", "ServiceRequest", "EpisodeOfCare", "Appointment")),
    ("plan", _l("Plan"), ("CarePlan", "Goal")),
    ("cercle", _l("Qui l'entoure"), ("CareTeam", "RelatedPerson")),
    (
        "sante",
        _l("Santé"),
        ("Condition", "AllergyIntolerance", "MedicationStatement", "Observation", "Flag", "Encounter"),
    ),
    ("evaluations", _l("Évaluations"), ("QuestionnaireResponse",)),
    ("droits", _l("Droits"), ("Coverage",)),
    ("notes", _l("Notes et messages"), ("Communication",)),
    ("documents", _l("Documents"), ("DocumentReference",)),
    ("accords", _l("Accords"), ("Consent",)),
)
KINDS = {
    "Task": _l("action"),
    "ServiceRequest": _l("demande"),
    "EpisodeOfCare": _l("situation"),
    "Appointment": _l("rendez-vous"),
    "CarePlan": _l("plan"),
    "Goal": _l("objectif"),
    "CareTeam": _l("cercle"),
    "RelatedPerson": _l("proche"),
    "Condition": _l("problème"),
    "AllergyIntolerance": _l("allergie"),
    "MedicationStatement": _l("traitement"),
    "Observation": _l("observation"),
    "Flag": _l("alerte"),
    "Encounter": _l("séjour"),
    "QuestionnaireResponse": _l("évaluation"),
    "Coverage": _l("droit"),
    "Communication": _l("note"),
    "DocumentReference": _l("document"),
    "Consent": _l("accord"),
}
STATES = {
    "requested": _l("sans réponse"), "received": _l("sans réponse"), "accepted": _l("acceptée"), "in-progress": _l("commencée"),
    "on-hold": _l("en pause"), "completed": _l("faite"), "failed": _l("n'a pas pu se faire"), "rejected": _l("refusée"),
    "cancelled": _l("annulée"), "draft": _l("en préparation"), "active": _l("en cours"), "revoked": _l("retirée"),
    "entered-in-error": _l("saisie par erreur"), "planned": _l("prévu"), "finished": _l("terminé"), "proposed": _l("proposé"),
}  # fmt: skip
_WHEN = (
    "authoredOn", "recordedDate", "effectiveDateTime", "issued", "sent", "date", "dateTime", "authored", "onsetDateTime",
    "created", "dateAsserted", "startDate", "start",
)  # fmt: skip
_WHO = ("owner", "requester", "author", "sender", "recorder", "performer", "asserter", "serviceProvider", "participant")


@dataclass(frozen=True)
class RecordLine:
    """A resource in words, "" where the slice does not say. `moment`: the FHIR date, to sort by."""

    name: str
    kind: str
    title: str
    state: str
    who: str
    when: str
    moment: str


def make_line(resource: Json, directory: Mapping[str, Json]) -> RecordLine:
    """Return the line of a resource. `directory`: the entries that it may point to, by name."""
    kind = str(KINDS[resource["resourceType"]])
    moment = next((str(resource[name]) for name in _WHEN if name in resource), "") or _read_period(resource)
    return RecordLine(
        f"{resource['resourceType']}/{resource['id']}",
        kind,
        _find_title(resource) or kind,
        str(STATES.get(str(resource.get("status", "")), "")),
        ", ".join(_list_names(resource, directory)),
        format_fhir_date(moment),
        moment,
    )


def group_lines(resources: Iterable[Json], directory: Mapping[str, Json]) -> list[tuple[str, str, list[RecordLine]]]:
    """Return (key, title, lines) of each group that has something, each the newest first."""
    by_type: dict[str, list[Json]] = {}
    for resource in resources:
        by_type.setdefault(resource["resourceType"], []).append(resource)
    groups = []
    for key, title, types in GROUPS:
        lines = [make_line(resource, directory) for name in types for resource in by_type.get(name, ())]
        lines.sort(key=lambda line: (line.moment, line.name), reverse=True)
        if lines:
            groups.append((key, str(title), lines))
    return groups


def format_fhir_date(moment: str) -> str:
    """Return a FHIR date or time as a day, a month or a year, as precise as it is."""
    if len(moment) < 7:
        return moment[:4]
    if len(moment) >= 10:
        return format_day(date.fromisoformat(moment[:10]))
    return format_month(date.fromisoformat(f"{moment}-01"))


def write_text(value: Any) -> str:
    """Return a text, a CodeableConcept, a HumanName, or the first of a list, as words."""
    if isinstance(value, list):
        return next(filter(None, map(write_text, value)), "")
    if not isinstance(value, Mapping):
        return str(value) if isinstance(value, str) else ""
    if "family" in value or "given" in value:
        return format_patient_name({"name": [value]})
    displays = (coding.get("display", "") for coding in value.get("coding", ()))
    return str(value.get("text", "")) or next(filter(None, displays), "")


def _find_title(resource: Json) -> str:
    kind = resource["resourceType"]
    if kind == "Communication":
        return write_text([payload.get("contentString", "") for payload in resource.get("payload", ())])
    if kind == "RelatedPerson":
        return ", ".join(filter(None, (write_text(resource.get("name")), write_text(resource.get("relationship")))))
    words = next(filter(None, (write_text(resource.get(name)) for name in RESOURCE_TYPES[kind].titles)), "")
    value = _read_value(resource)
    return f"{words} : {value}" if words and value else words or value


def _read_value(resource: Json) -> str:
    quantity = resource.get("valueQuantity", {})
    if "value" in quantity:
        return f"{quantity.get('comparator', '')}{quantity['value']} {quantity.get('unit', '')}".strip()
    return write_text(resource.get("valueCodeableConcept")) or write_text(resource.get("valueString"))


def _read_period(resource: Json) -> str:
    return str(resource.get("period", {}).get("start", ""))


def _list_names(resource: Json, directory: Mapping[str, Json]) -> list[str]:
    names: list[str] = []
    for element in _WHO:
        value = resource.get(element)
        for each in value if isinstance(value, list) else [value] if value else []:
            reference = each.get("member", each) if isinstance(each, Mapping) else {}
            entry = directory.get(str(reference.get("reference", "")), {})
            name = write_text(entry.get("name")) or str(reference.get("display", ""))
            names += [name] if name and name not in names else []
    return names
