"""Encounter → Stay."""

from __future__ import annotations

from typing import Any

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Demand, Subject
from adapters.fhir.resources.professionals import read_professional
from hub.domain.referral.clinical import Stay
from hub.domain.referral.people import Professional

# v3-ActCode → the HL7 v2 letters that `Stay.patient_class` speaks; another code is kept as sent.
_CLASSES = {"IMP": "I", "ACUTE": "I", "NONAC": "I", "AMB": "O", "EMER": "E", "PRENC": "P", "OBSENC": "O"}
_EXACT = frozenset({"IMP", "AMB", "EMER", "PRENC"})
_FUNCTIONS = {
    "ATND": "attending",
    "REF": "referring",
    "ADM": "admitting",
    "CON": "consulting",
    "PPRF": "primary",
    "PART": "other",
}


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
    ids = dt.read_identifiers(node.children("identifier"))
    start, end = dt.read_period(node.child("period"))
    class_ = node.child("class")
    code = dt.read_coding(class_).code if class_ is not None else ""
    if class_ is not None:
        class_.leave("display", *(() if code in _EXACT else ("code",)))
    reasons = dt.read_concepts(node.children("reasonCode"))
    number = next((identifier for identifier in ids if identifier.kind != "AN"), None)
    account = next((identifier for identifier in ids if identifier.kind == "AN"), None)
    locations = _list_locations(library, node, entry)
    return Stay(
        patient_class=_CLASSES.get(code, code),
        number=number,
        account=account,
        identifiers=tuple(identifier for identifier in ids if identifier not in (number, account)),
        location=next(iter(locations), ""),
        other_locations=locations[1:],
        start=start,
        end=end,
        reason=reasons[0] if reasons else None,
        other_reasons=reasons[1:],
        kinds=dt.read_concepts(node.children("type")),
        service=dt.read_concept(node.child("serviceType")),
        professionals=_read_professionals(library, node, entry),
        **_read_hospitalization(library, node, entry),
    )


def _list_locations(library: Library, node: Node, within: Entry) -> tuple[str, ...]:
    locations = (_name_place(library, item.child("location"), within) for item in node.children("location"))
    return tuple(location for location in locations if location)


def _name_place(library: Library, reference: Node | None, within: Entry) -> str:
    """Return the name of a Location or Organization of the message, or the words of the reference."""
    target = library.resolve(reference, within)
    if target is not None and target.type in ("Location", "Organization"):
        return library.use(target).text("name")
    return reference.text("display") if reference is not None else ""


def _read_professionals(library: Library, node: Node, within: Entry) -> tuple[Professional, ...]:
    professionals = []
    for item in node.children("participant"):
        kinds = item.children("type")
        codes = [code.code for code in dt.read_concepts(kinds[:1])]
        function = _FUNCTIONS.get(next(iter(codes), ""), "")
        if not function:
            item.leave("type")
        participant = read_professional(library, item.child("individual"), within, function or "other")
        if participant is not None:
            professionals.append(participant)
        else:
            item.forget()
    return tuple(professionals)


def _read_hospitalization(library: Library, node: Node, within: Entry) -> dict[str, Any]:
    hospitalization = node.child("hospitalization")
    if hospitalization is None:
        return {}
    disposition = dt.read_concept(hospitalization.child("dischargeDisposition"))
    return {
        "discharge_to": (disposition.text or disposition.code) if disposition is not None else "",
        "discharge": disposition,
        "source": dt.read_concept(hospitalization.child("admitSource")),
        "readmission": dt.read_concept(hospitalization.child("reAdmission")),
        "diets": dt.read_concepts(hospitalization.children("dietPreference")),
        "courtesies": dt.read_concepts(hospitalization.children("specialCourtesy")),
        "arrangements": dt.read_concepts(hospitalization.children("specialArrangement")),
        "destination": _name_place(library, hospitalization.child("destination"), within),
    }
