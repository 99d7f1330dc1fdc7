"""Bytes of an R4 Bundle or a lone ServiceRequest → one Referral."""

from __future__ import annotations

import hashlib
from typing import Any

from adapters.fhir.elements import datatypes
from adapters.fhir.elements.node import Node, Reading
from adapters.fhir.elements.parse import encode_canonical, parse
from adapters.fhir.resources import clinical, documents, medication, person, professionals, remarks, rights
from adapters.fhir.resources.bundle import Library, collect_bundle, collect_resource
from adapters.fhir.resources.demand import Demand, Subject, find_demand
from adapters.fhir.resources.request import find_placer, read_demand_fields
from adapters.fhir.resources.stay import read_stay
from hub.domain.errors import Invalid
from hub.domain.referral.message import Header, Referral

# Elements of a demand that say who it is for, or concern the resource itself.
_NOT_ASKED = frozenset({"id", "meta", "text", "contained", "subject", "for", "focus", "lastModified", "authoredOn"})


def read(raw: bytes) -> Referral:
    """Read the demand of an R4 Bundle (transaction, batch, message, collection, document) or of a lone ServiceRequest
    (`docs/domain.md` §5.5, `docs/loop.md` D3).

    Malformed: as `parse`. Invalid: another resource type, no demand or several, a person who cannot be found, a wrong
    type or date; every problem met, each with its place (`Bundle.entry[2].resource.birthDate`)."""
    body = parse(raw)
    kind = body.get("resourceType")
    if kind not in ("Bundle", "ServiceRequest"):
        raise Invalid("unsupported-resource", where="resourceType")
    reading = Reading()
    root = reading.node(body, kind, kind)
    library = collect_bundle(reading, root) if kind == "Bundle" else collect_resource(reading, root)
    library.is_numbered = bool(body.get("identifier")) and kind == "Bundle"
    if kind == "Bundle":
        library.sent_on = root.date("timestamp").partition("T")[0]
    demand = find_demand(library, kind)
    referral = _read_referral(library, Subject(library, demand), demand, _read_header(root, body, demand, library))
    reading.finish()
    return referral


def _read_referral(library: Library, subject: Subject, demand: Demand, header: Header) -> Referral:
    fields: dict[str, Any] = {
        **read_demand_fields(library, demand),
        "person": person.read_person(library, subject),
        "relatives": person.read_relatives(library, subject),
        "professionals": professionals.read_professionals(library, subject, demand),
        "services_in_place": professionals.read_services_in_place(library, subject),
        "diagnoses": clinical.read_diagnoses(library, subject),
        "allergies": clinical.read_allergies(library, subject),
        "procedures": clinical.read_procedures(library, subject),
        "measures": clinical.read_measures(library, subject),
        "treatments": medication.read_treatments(library, subject),
        "covers": rights.read_covers(library, subject),
        "agreements": rights.read_agreements(library, subject),
        "stay": read_stay(library, subject, demand),
        "attachments": documents.read_attachments(library, subject),
    }
    sentences = remarks.list_all_remarks(library, subject)
    is_numbered = fields["placer"] is not None or library.is_numbered
    return Referral(
        header=header,
        same_demand="" if is_numbered else _hash_demand(demand),
        remarks=sentences,
        unread=remarks.list_unread(library),
        warnings=library.reading.list_warnings(),
        **fields,
    )


def hash_content(content: dict[str, Any]) -> str:
    """Return the SHA-256 of JSON, the same for two writings of the same content."""
    return hashlib.sha256(encode_canonical(content)).hexdigest()


def _hash_demand(demand: Demand) -> str:
    """Return a digest of what a message without numbers asks for, whoever it is for (`docs/parts.md` 24)."""
    elements_by_type = {
        entry.type: {key: value for key, value in entry.node.json.items() if key not in _NOT_ASKED}
        for entry in (demand.request, demand.task)
        if entry is not None
    }
    return hash_content(elements_by_type)


def _read_header(root: Node, body: dict[str, Any], demand: Demand, library: Library) -> Header:
    """Read the Header. The message id is Bundle.identifier, else the placer identifier, else the hash of the content."""
    bundle_identifier = datatypes.read_identifier(root.child("identifier")) if root.name == "Bundle" else None
    identifier = bundle_identifier or find_placer(demand.request.node.children("identifier"))
    if identifier is None:
        name = hash_content(body)
    else:
        name = f"{identifier.system}|{identifier.value}" if identifier.system else identifier.value
    sent_at = root.date("timestamp") if root.name == "Bundle" else ""
    return Header(message_id=name, kind=root.name, sent_at=sent_at, sender=_read_sender(library))


def _read_sender(library: Library) -> str:
    for header in library.list_entries("MessageHeader"):
        node = library.use(header)
        source = node.child("source")
        if source is not None:
            name = source.text("name")
            node.leave("source")
            return name
    return ""
