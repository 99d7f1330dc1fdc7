"""A plan and what it needs as a document: https://hl7.org/fhir/R4/documents.html. Pure.

The slices stand in it as the caller would read them one by one. The same slices make the same bytes: the identifier is a
function of their versions, and the document's time is when they last changed, so a tool that files it twice has it once.
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

# Title → the types that stand under it, in the order of reading; what is left stands under the last.
_SECTIONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("document-plan", frozenset({"CarePlan"})),
    ("document-goals", frozenset({"Goal"})),
    ("document-actions", frozenset({"Task", "ServiceRequest", "Appointment"})),
    ("document-circle", frozenset({"CareTeam", "RelatedPerson"})),
    ("document-health", frozenset({"Condition", "Observation", "AllergyIntolerance", "MedicationStatement"})),
)
_REST = "document-rest"


def compose_document(slices: Sequence[Slice], author: str, base_url: str, language: str) -> bytes:
    """The document Bundle of `slices`, the plan first, in the name of `author` (`Type/id`), under the base `base_url`."""
    told = {one.name: loads(one.body) for one in slices}
    plan = slices[0].name
    key = "\n".join([base_url, author, language, *(f"{one.name} {one.version}" for one in slices)])
    identifier, own = (str(uuid.uuid5(_NAMES, f"{kind}\n{key}")) for kind in ("Bundle", "Composition"))
    time = instant(max(one.updated for one in slices))
    composition = {
        "resourceType": "Composition",
        "id": own,
        "language": language,
        "status": "final",
        "type": _TYPE,
        **_subject(told, plan, base_url),
        "date": time,
        "author": [_author(told, author, base_url, language)],
        "title": get_text("document-title", language),
        "section": _sections(told, base_url, language),
    }
    entries = [b'{"fullUrl":"urn:uuid:%b","resource":%b}' % (own.encode(), dumps(composition))]
    entries += [b'{"fullUrl":"%b","resource":%b}' % (f"{base_url}/{one.name}".encode(), one.body) for one in slices]
    named = f'"id":"{identifier}","identifier":{{"system":"urn:ietf:rfc:3986","value":"urn:uuid:{identifier}"}}'
    return join_bundle(f'{named},"type":"document","timestamp":"{time}"'.encode(), entries)


def _subject(told: Mapping[str, Any], plan: str, base_url: str) -> dict[str, Any]:
    """The person, if the caller sees who it is."""
    person = told[plan].get("subject", {}).get("reference", "")
    return {"subject": _reference(person, told, base_url, "")} if person in told else {}


def _author(told: Mapping[str, Any], author: str, base_url: str, language: str) -> dict[str, str]:
    """The directory's entry of who asks; without one there are only words."""
    return (
        _reference(author, told, base_url, language)
        if author in told
        else {"display": get_text("document-author-unlisted", language)}
    )


def _reference(name: str, told: Mapping[str, Any], base_url: str, language: str) -> dict[str, str]:
    # Absolute: the entry of the Composition has no address from which a relative one could lead (R4, Bundle, references).
    display = get_party_name(told[name]) if language else ""
    return {"reference": f"{base_url}/{name}"} | ({"display": display} if display else {})


def _sections(told: Mapping[str, Any], base_url: str, language: str) -> list[dict[str, Any]]:
    """The sections that have something to say: an empty one would be told from a missing one."""
    sorted_by: dict[str, list[str]] = {title: [] for title in (*dict(_SECTIONS), _REST)}
    for name in told:
        kind = name.partition("/")[0]
        if kind != "Patient" and kind not in DIRECTORY_TYPES:
            sorted_by[next((title for title, types in _SECTIONS if kind in types), _REST)].append(name)
    return [
        {
            "title": get_text(title, language),
            "text": {"status": "generated", "div": write_narrative([told[name] for name in names], told, language)},
            "entry": [{"reference": f"{base_url}/{name}"} for name in names],
        }
        for title, names in sorted_by.items()
        if names
    ]
