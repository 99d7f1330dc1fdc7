"""Encounter → Stay."""

from __future__ import annotations

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Demand, Subject
from adapters.fhir.resources.professionals import read_professional
from hub.domain.referral.clinical import Stay
from hub.domain.referral.people import Professional

# v3-ActCode → the HL7 v2 letters that `Stay.patient_class` speaks; another code is kept as sent.
_CLASSES = {"IMP": "I", "ACUTE": "I", "NONAC": "I", "AMB": "O", "EMER": "E", "PRENC": "P", "OBSENC": "O"}
_FUNCTIONS = {"ATND": "attending", "REF": "referring", "ADM": "attending"}


def read_stay(library: Library, subject: Subject, demand: Demand) -> Stay | None:
    """Read the Encounter that the ServiceRequest names, else the only one about the person. Of several that it does not
    name, none is read."""
    request = demand.request
    named_encounter = library.resolve(request.node.child("encounter"), request)
    encounters = [entry for entry in library.list_entries("Encounter") if subject.owns(entry)]
    if named_encounter is not None:
        encounters = [entry for entry in encounters if entry is named_encounter]
    return _read_encounter(library, encounters[0]) if len(encounters) == 1 else None


def _read_encounter(library: Library, entry: Entry) -> Stay:
    node = library.use(entry)
    node.ignore("status", "type", "subject", "statusHistory", "classHistory", "serviceProvider", "length", "partOf")
    ids = dt.read_identifiers(node.children("identifier"))
    start, end = dt.read_period(node.child("period"))
    class_ = node.child("class")
    code = dt.read_coding(class_).code if class_ is not None else ""
    reasons = dt.read_concepts(node.children("reasonCode"))
    return Stay(
        patient_class=_CLASSES.get(code, code),
        number=next((identifier for identifier in ids if identifier.kind != "AN"), None),
        account=next((identifier for identifier in ids if identifier.kind == "AN"), None),
        location=_read_location(library, node, entry),
        start=start,
        end=end,
        reason=reasons[0] if reasons else None,
        professionals=_read_professionals(library, node, entry),
        discharge_to=_read_discharge(node),
    )


def _read_location(library: Library, node: Node, within: Entry) -> str:
    for item in node.children("location"):
        item.ignore("status", "period", "physicalType")
        reference = item.child("location")
        target = library.resolve(reference, within)
        if target is not None and target.type == "Location":
            return library.use(target).text("name")
        if reference is not None and (name := reference.text("display")):
            return name
    return ""


def _read_professionals(library: Library, node: Node, within: Entry) -> tuple[Professional, ...]:
    professionals = []
    for item in node.children("participant"):
        codes = [code.code for code in dt.read_concepts(item.children("type"))]
        function = next((_FUNCTIONS[code] for code in codes if code in _FUNCTIONS), "")
        participant = read_professional(library, item.child("individual"), within, function) if function else None
        if participant is not None:
            professionals.append(participant)
    return tuple(professionals)


def _read_discharge(node: Node) -> str:
    hospitalization = node.child("hospitalization")
    disposition = (
        dt.read_concept(hospitalization.child("dischargeDisposition")) if hospitalization is not None else None
    )
    return (disposition.text or disposition.code) if disposition is not None else ""
