"""Bytes of an R4 Bundle or a lone ServiceRequest → one Referral."""

from __future__ import annotations

import hashlib
from typing import Any

from adapters.fhir import clinical, datatypes, documents, person, professionals, rights
from adapters.fhir.bundle import Library, of_bundle, of_resource
from adapters.fhir.demand import Demand, Subject, find_demand
from adapters.fhir.node import Node, Reading
from adapters.fhir.parse import canonical, parse
from adapters.fhir.request import demand_fields, placer
from adapters.fhir.stay import stay
from hub.domain.errors import Invalid
from hub.domain.referral import Header, Referral


def read(raw: bytes) -> Referral:
    """The demand that these bytes make: an R4 Bundle (transaction, batch, message, collection, document) or a lone
    ServiceRequest, `docs/domain.md` §5.5 and `docs/loop.md` D3.

    Malformed: not JSON as `parse` wants it. Invalid: another resource type, no demand or several, a person who cannot
    be found, a wrong type or date; every problem met, each with its place (`Bundle.entry[2].resource.birthDate`).
    """
    body = parse(raw)
    kind = body.get("resourceType")
    if kind not in ("Bundle", "ServiceRequest"):
        raise Invalid("unsupported-resource", where="resourceType")
    reading = Reading()
    root = reading.node(body, kind, kind)
    library = of_bundle(reading, root) if kind == "Bundle" else of_resource(reading, root)
    demand = find_demand(library, kind)
    found = _referral(library, Subject(library, demand), demand, _header(root, body, demand, library))
    reading.finish()
    return found


def _referral(library: Library, subject: Subject, demand: Demand, header: Header) -> Referral:
    fields: dict[str, Any] = {
        **demand_fields(library, demand),
        "person": person.person(library, subject),
        "relatives": person.relatives(library, subject),
        "professionals": professionals.professionals(library, subject, demand),
        "services_in_place": professionals.services_in_place(library, subject),
        "diagnoses": clinical.diagnoses(library, subject),
        "allergies": clinical.allergies(library, subject),
        "procedures": clinical.procedures(library, subject),
        "measures": clinical.measures(library, subject),
        "covers": rights.covers(library, subject),
        "agreements": rights.agreements(library, subject),
        "stay": stay(library, subject, demand),
        "attachments": documents.attachments(library, subject),
    }
    library.leave_unused()
    return Referral(header=header, unread=library.reading.unread(), **fields)


def _header(root: Node, body: dict[str, Any], demand: Demand, library: Library) -> Header:
    """The message's own name: Bundle.identifier, else the placer identifier, else the hash of its content."""
    own = datatypes.identifier(root.child("identifier")) if root.name == "Bundle" else None
    found = own or placer(demand.request.node.children("identifier"))
    if found is None:
        name = hashlib.sha256(canonical(body)).hexdigest()
    else:
        name = f"{found.system}|{found.value}" if found.system else found.value
    sent_at = root.date("timestamp") if root.name == "Bundle" else ""
    return Header(message_id=name, kind=root.name, sent_at=sent_at, sender=_sender(library))


def _sender(library: Library) -> str:
    for header in library.of("MessageHeader"):
        node = library.use(header)
        node.ignore("eventCoding", "eventUri", "destination", "sender", "reason", "responsible", "enterer", "author")
        source = node.child("source")
        if source is not None:
            source.ignore("software", "contact", "endpoint")
            return source.text("name")
    return ""
