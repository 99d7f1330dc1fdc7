"""MedicationStatement, -Request, -Dispense and -Administration → Treatment (https://hl7.org/fhir/R4/medications-module.html)."""

from __future__ import annotations

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.ledger import take_over
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Subject
from adapters.fhir.resources.remarks import list_own_remarks
from hub.domain.referral.clinical import Treatment
from hub.domain.referral.datatypes import Code

_TYPES = ("MedicationStatement", "MedicationRequest", "MedicationDispense", "MedicationAdministration")
_TAKEN_BACK = "entered-in-error"


def read_treatments(library: Library, subject: Subject) -> tuple[Treatment, ...]:
    """Read each as one treatment. One that was ordered or given says nothing of whether it is taken: its own status is a note."""
    treatments = []
    for entry in library.list_entries(*_TYPES):
        if not subject.owns(entry):
            continue
        node = library.use(entry)
        if node.peek("status") == _TAKEN_BACK:
            library.take_back(entry)
            continue
        treatments.append(
            Treatment(
                code=_read_medication(library, node, entry),
                carried=take_over(node),
                notes=(*dt.read_notes(node.children("note")), *list_own_remarks(library, entry)),
            )
        )
    return tuple(treatments)


def _read_medication(library: Library, node: Node, within: Entry) -> Code:
    """Return the medicine: a code, or that of a Medication of the message, or the words of the reference."""
    code = dt.read_concept(node.child("medicationCodeableConcept"))
    reference = node.child("medicationReference")
    if code is not None or reference is None:
        return code or Code()
    target = library.resolve(reference, within)
    if target is not None and target.type == "Medication":
        code = dt.read_concept(library.use(target).child("code"))
    return code or Code(text=reference.text("display"))
