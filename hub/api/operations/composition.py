"""A plan and what it refers to as a document: https://hl7.org/fhir/R4/documents.html. Pure.

It has the slices as the caller would read them one by one. The same slices give the same bytes: the identifier depends on their
versions, and the document's time is when they last changed, so a tool that files it twice has it once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from fhir_profiles import codes
from hub.api.operations.narrative import get_party_name, write_narrative
from hub.api.resources.bundles import join_bundle
from hub.domain.messages import get_text
from hub.domain.resource_types import DIRECTORY_TYPES
from hub.fhir import dumps, loads
from hub.record.db.clock import instant
from hub.record.read.slice import Slice

_NAMES = uuid.UUID("3d2b0c5e-7d0c-5f3e-9a55-2f1f0c6a4d11")
# LOINC 18776-5: the French « plan personnalisé de soins » too (`docs/domain.md` §2.4).
_TYPE = {"coding": [{"system": codes.LOINC, "code": "18776-5", "display": "Plan of care note"}]}

# Title → the types of its section, in the order of reading; the last section has the other types.
_SECTIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("document-plan", frozenset({"CarePlan"})),
    ("document-goals", frozenset({"Goal"})),
    ("document-actions", frozenset({"Task", "ServiceRequest", "Appointment"})),
    ("document-circle", frozenset({"CareTeam", "RelatedPerson"})),
    ("document-health", frozenset({"Condition", "Observation", "AllergyIntolerance", "MedicationStatement"})),
)
_REST = "document-rest"


def compose_document(slices: Sequence[Slice], author: str, base_url: str, language: str) -> bytes:
    """Return the document Bundle of `slices`, the plan first, in the name of `author` (`Type/id`), under the base `base_url`."""
    resources = {part.name: loads(part.body) for part in slices}
    plan = slices[0].name
    key = "\n".join([base_url, author, language, *(f"{part.name} {part.version}" for part in slices)])
    bundle_id, composition_id = (str(uuid.uuid5(_NAMES, f"{kind}\n{key}")) for kind in ("Bundle", "Composition"))
    time = instant(max(part.updated for part in slices))
    composition = {
        "resourceType": "Composition",
        "id": composition_id,
        "language": language,
        "status": "final",
        "type": _TYPE,
        **_write_subject(resources, plan, base_url),
        "date": time,
        "author": [_write_author(resources, author, base_url, language)],
        "title": get_text("document-title", language),
        "section": _write_sections(resources, base_url, language),
    }
    entries = [b'{"fullUrl":"urn:uuid:%b","resource":%b}' % (composition_id.encode(), dumps(composition))]
    entries += [b'{"fullUrl":"%b","resource":%b}' % (f"{base_url}/{part.name}".encode(), part.body) for part in slices]
    identity = f'"id":"{bundle_id}","identifier":{{"system":"urn:ietf:rfc:3986","value":"urn:uuid:{bundle_id}"}}'
    return join_bundle(f'{identity},"type":"document","timestamp":"{time}"'.encode(), entries)


def _write_subject(resources: Mapping[str, Any], plan: str, base_url: str) -> dict[str, Any]:
    """Composition.subject, if the caller sees the person. `resources`: by name."""
    person = resources[plan].get("subject", {}).get("reference", "")
    return {"subject": _write_reference(person, resources, base_url, "")} if person in resources else {}


def _write_author(resources: Mapping[str, Any], author: str, base_url: str, language: str) -> dict[str, str]:
    """Return a reference to the caller's entry in the directory; without an entry only a text."""
    if author in resources:
        return _write_reference(author, resources, base_url, language)
    return {"display": get_text("document-author-unlisted", language)}


def _write_reference(name: str, resources: Mapping[str, Any], base_url: str, language: str) -> dict[str, str]:
    # Absolute: the entry of the Composition has no address from which a relative one could lead (R4, Bundle, references).
    display = get_party_name(resources[name]) if language else ""
    return {"reference": f"{base_url}/{name}"} | ({"display": display} if display else {})


def _write_sections(resources: Mapping[str, Any], base_url: str, language: str) -> list[dict[str, Any]]:
    """Return the sections that have an entry. An empty section would differ from a missing one."""
    names_by_title: dict[str, list[str]] = {title: [] for title in (*dict(_SECTIONS), _REST)}
    for name in resources:
        kind = name.partition("/")[0]
        if kind != "Patient" and kind not in DIRECTORY_TYPES:
            names_by_title[next((title for title, types in _SECTIONS if kind in types), _REST)].append(name)
    return [
        {
            "title": get_text(title, language),
            "text": {
                "status": "generated",
                "div": write_narrative([resources[name] for name in names], resources, language),
            },
            "entry": [{"reference": f"{base_url}/{name}"} for name in names],
        }
        for title, names in names_by_title.items()
        if names
    ]
