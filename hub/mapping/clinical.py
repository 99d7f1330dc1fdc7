"""What the sender says of the person's health and life: Condition, AllergyIntolerance, Observation."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType

from fhir_profiles import codes
from hub.domain.referral import Allergy, Code, Diagnosis, Measure, Procedure
from hub.mapping.context import Context
from hub.mapping.shape import Json, coded, compact, concept, reference, required, resource, token

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")  # within R4's 18 digits
_PSYCHIATRIC = re.compile(r"F[1-9][0-9]")  # ICD-10 chapter V without F00–F09, the organic ones that neurology follows
_OBSERVATION_STATUSES = frozenset(
    {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}
)
_SEVERITIES = MappingProxyType(
    {"SV": "severe", "MO": "moderate", "MI": "mild", "severe": "severe", "moderate": "moderate", "mild": "mild"}
)
_ALLERGENS = MappingProxyType(
    {
        "DA": "medication",
        "FA": "food",
        "EA": "environment",
        "LA": "environment",
        "AA": "environment",
        "PA": "environment",
    }
)
_NATURES = MappingProxyType(
    {
        "autonomy-need": "autonomy",
        "financial-difficulty": "financial",
        "caregiver-band": "caregiver",
        "psychiatric-safety": "psychiatric",
        **dict.fromkeys(("chronic-followed", "recent-hospitalisation", "neurodegenerative"), "medical"),
        **dict.fromkeys(("ald", "apa", "protection"), "rights"),
        **dict.fromkeys(("lives-alone", "floor-lift", "key-access", "return-home-feasible"), "housing"),
    }
)
_STANDARD_NATURES = MappingProxyType({"social-situation": "social-history", "past-procedure": "procedure"})
# LOINC of the R4 vital signs (https://hl7.org/fhir/R4/observation-vitalsigns.html).
_VITAL_SIGNS = frozenset(
    {
        *("85353-1", "9279-1", "8867-4", "2708-6", "59408-5", "8310-5", "8302-2"),
        *("9843-4", "29463-7", "39156-5", "85354-9", "8480-6", "8462-4"),
    }
)


def condition(diagnosis: Diagnosis, patient: str, encounter: Json | None, context: Context) -> Json:
    """A diagnosis. One of ICD-10 F10–F99 says among its categories that it is psychiatric: whatever name the sender
    gives to the code system, its section follows (`docs/parts.md`, "Which type, which section")."""
    psychiatric = _PSYCHIATRIC.match(token(diagnosis.code.code)) is not None
    category = coded(codes.CONDITION_CATEGORY, "encounter-diagnosis" if encounter else "problem-list-item")
    verification = {"confirmed": "confirmed", "provisional": "provisional"}.get(diagnosis.status, "unconfirmed")
    return resource(
        "Condition",
        context.new_id("Condition"),
        clinicalStatus=coded(codes.CONDITION_CLINICAL, "active"),
        verificationStatus=coded(codes.CONDITION_VERIFICATION, verification),
        category=[category, coded(codes.OBSERVATION_NATURE, "psychiatric") if psychiatric else {}],
        code=required(diagnosis.code),
        subject=reference(patient),
        encounter=reference(encounter) if encounter else {},
        onsetDateTime=diagnosis.onset,
        recordedDate=diagnosis.recorded,
    )


def allergy_intolerance(allergy: Allergy, patient: str, context: Context) -> Json:
    """An allergy as the sender states it: unconfirmed by us. A severity is that of a reaction, so only with one."""
    category = _ALLERGENS.get(allergy.kind, allergy.kind)
    severity = _SEVERITIES.get(allergy.severity, "")
    shown = compact(text=allergy.reaction)
    return resource(
        "AllergyIntolerance",
        context.new_id("AllergyIntolerance"),
        clinicalStatus=coded(codes.ALLERGY_CLINICAL, "active"),
        verificationStatus=coded(codes.ALLERGY_VERIFICATION, "unconfirmed"),
        category=[category] if category in ("medication", "food", "environment", "biologic") else [],
        criticality={"severe": "high", "mild": "low"}.get(severity, ""),
        code=required(allergy.code),
        patient=reference(patient),
        onsetDateTime=allergy.onset,
        reaction=[compact(manifestation=[shown], severity=severity)] if shown else [],
    )


def observation(measure: Measure, patient: str, encounter: Json | None, context: Context) -> Json:
    """One measure; without a value it says so (`dataAbsentReason`)."""
    return resource(
        "Observation",
        context.new_id("Observation"),
        status=measure.status if measure.status in _OBSERVATION_STATUSES else "unknown",
        category=[_nature(measure.code)],
        code=required(measure.code),
        subject=reference(patient),
        encounter=reference(encounter) if encounter else {},
        effectiveDateTime=measure.at,
        **(_value(measure) or {"dataAbsentReason": coded(codes.DATA_ABSENT, "unknown")}),
        note=[{"text": text} for text in measure.notes if compact(text=text)],
    )


def past_procedure(procedure: Procedure, patient: str, context: Context) -> Json:
    """An act done before, as a fact about the person: the hub keeps no Procedure."""
    done = Code("past-procedure", codes.OBSERVATION)
    return observation(Measure(done, coded=procedure.code, at=procedure.performed), patient, None, context)


def _nature(code: Code) -> Json:
    """The category by which a measure finds its section; {} when its code does not tell: the desk labels it."""
    if code.system == codes.OBSERVATION and code.code in _NATURES:
        return coded(codes.OBSERVATION_NATURE, _NATURES[code.code])
    if code.system == codes.OBSERVATION and code.code in _STANDARD_NATURES:
        return coded(codes.OBSERVATION_CATEGORY, _STANDARD_NATURES[code.code])
    if code.system == codes.MED and code.code == codes.GIR_QUESTION:
        return coded(codes.OBSERVATION_NATURE, "autonomy")
    if code.system == codes.LOINC and code.code in _VITAL_SIGNS:
        return coded(codes.OBSERVATION_CATEGORY, "vital-signs")
    return {}


def _value(measure: Measure) -> Json:
    if _NUMBER.fullmatch(measure.number):
        return {"valueQuantity": {"value": Decimal(measure.number), **_unit(measure.unit)}}
    return compact(valueCodeableConcept=concept(measure.coded)) or compact(valueString=measure.value or measure.number)


def _unit(unit: Code | None) -> Json:
    """The unit's words, and its code when a system says of which list (qty-3)."""
    if unit is None:
        return {}
    system, code = (unit.system, token(unit.code)) if unit.system and token(unit.code) else ("", "")
    return compact(unit=unit.text or unit.code, system=system, code=code)
