"""Medicines that a message brings (https://hl7.org/fhir/R4/medicationstatement.html)."""

from __future__ import annotations

from hub.domain.referral.clinical import Treatment
from hub.mapping.context import MappingContext
from hub.mapping.shape import (
    Json,
    build_notes,
    build_period,
    build_reference,
    build_resource,
    compact,
    require_concept,
)


def build_medication_statement(treatment: Treatment, patient: str, context: MappingContext) -> Json:
    """Return one treatment, as its sender states it. Unless the message says whether it is taken: `unknown`."""
    dose = compact(text=treatment.dose)
    return build_resource(
        "MedicationStatement",
        context.new_id("MedicationStatement"),
        status="unknown",
        medicationCodeableConcept=require_concept(treatment.code),
        subject=build_reference(patient),
        effectivePeriod=build_period(treatment.start, treatment.end),
        informationSource=build_reference(context.requester),
        dosage=[dose] if dose else [],
        note=build_notes(treatment.notes),
    ) | dict(treatment.carried)
