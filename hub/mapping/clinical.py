"""What the sender says of the person's health and life: Condition, AllergyIntolerance, Observation."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

from fhir_profiles import codes
from hub.domain.referral.clinical import Allergy, Diagnosis, Measure, Procedure
from hub.domain.referral.datatypes import Code
from hub.domain.referral.people import Professional
from hub.mapping.context import MappingContext
from hub.mapping.identifiers import build_local_identifier
from hub.mapping.laboratory import LABORATORY
from hub.mapping.measures import build_interpretation, build_reference_range, build_value
from hub.mapping.professionals import Directory
from hub.mapping.shape import (
    Json,
    build_concept,
    build_notes,
    build_reference,
    build_resource,
    clean_code,
    compact,
    convert_concept,
    convert_concepts,
    require_concept,
)

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


def build_condition(diagnosis: Diagnosis, patient: str, encounter: Json | None, context: MappingContext) -> Json:
    """Return a diagnosis. One of ICD-10 F10–F99 has a psychiatric category too, so that it gets its section whatever name the
    sender gives to the code system (`docs/parts.md`, "Which type, which section")."""
    coded = (diagnosis.code, *diagnosis.code.others)
    psychiatric = any(_PSYCHIATRIC.match(clean_code(code.code)) for code in coded)
    kind = build_concept(codes.CONDITION_CATEGORY, "encounter-diagnosis" if encounter else "problem-list-item")
    carried = dict(diagnosis.carried)
    categories = carried.pop("category", None) or [kind]
    verification = {"confirmed": "confirmed", "provisional": "provisional"}.get(diagnosis.status, "unconfirmed")
    return (
        build_resource(
            "Condition",
            context.new_id("Condition"),
            clinicalStatus=build_concept(codes.CONDITION_CLINICAL, "active"),
            verificationStatus=build_concept(codes.CONDITION_VERIFICATION, verification),
            category=[*categories, build_concept(codes.OBSERVATION_NATURE, "psychiatric") if psychiatric else {}],
            code=require_concept(diagnosis.code),
            subject=build_reference(patient),
            encounter=build_reference(encounter) if encounter else {},
            identifier=[build_local_identifier(number, "XX", context) for number in diagnosis.identifiers],
            onsetDateTime=diagnosis.onset,
            recordedDate=diagnosis.recorded,
            asserter=Directory(context).build_reference(diagnosis.author) if diagnosis.author else {},
            note=build_notes(diagnosis.notes),
        )
        | carried
    )


def build_allergy(allergy: Allergy, patient: str, context: MappingContext) -> Json:
    """Return an allergy as the sender states it, unconfirmed. A severity is that of a reaction, so only with one."""
    category = _ALLERGENS.get(allergy.kind, allergy.kind)
    severity = _SEVERITIES.get(allergy.severity, "")
    signs = [{"text": text} for text in (allergy.reaction, *allergy.reactions) if compact(text=text)]
    return build_resource(
        "AllergyIntolerance",
        context.new_id("AllergyIntolerance"),
        clinicalStatus=build_concept(codes.ALLERGY_CLINICAL, "active"),
        verificationStatus=build_concept(codes.ALLERGY_VERIFICATION, "unconfirmed"),
        category=[category] if category in ("medication", "food", "environment", "biologic") else [],
        criticality={"severe": "high", "mild": "low"}.get(severity, ""),
        code=require_concept(allergy.code),
        patient=build_reference(patient),
        onsetDateTime=allergy.onset,
        reaction=[compact(manifestation=signs, severity=severity)] if signs else [],
        note=build_notes(allergy.notes),
    ) | dict(allergy.carried)


def build_observation(measure: Measure, patient: str, encounter: Json | None, context: MappingContext) -> Json:
    """Return one measure; without a value it has a `dataAbsentReason`."""
    return build_resource(
        "Observation",
        context.new_id("Observation"),
        status=measure.status if measure.status in _OBSERVATION_STATUSES else "unknown",
        identifier=[build_local_identifier(number, "XX", context) for number in measure.identifiers],
        category=_build_categories(measure),
        code=require_concept(measure.code),
        subject=build_reference(patient),
        encounter=build_reference(encounter) if encounter else {},
        effectiveDateTime=measure.at,
        issued=measure.issued,
        performer=[reference for author in measure.authors if (reference := _build_author(author, Directory(context)))],
        **_build_value(measure),
        interpretation=[build_interpretation(code) for code in measure.interpretations],
        note=build_notes(measure.notes),
        bodySite=convert_concept(measure.site),
        method=convert_concept(measure.method),
        referenceRange=build_reference_range(measure),
    ) | dict(measure.carried)


def build_past_procedure(procedure: Procedure, patient: str, context: MappingContext) -> Json:
    """Return a past act as an Observation: the hub keeps no Procedure."""
    act = Code("past-procedure", codes.OBSERVATION)
    measure = Measure(act, coded=procedure.code, at=procedure.performed, notes=procedure.notes)
    return build_observation(measure, patient, None, context)


def _build_value(measure: Measure) -> Json:
    if any(name.startswith("value") for name, _ in measure.carried):
        return {}
    return build_value(measure) or {"dataAbsentReason": build_concept(codes.DATA_ABSENT, "unknown")}


def _build_author(author: Professional, directory: Directory) -> Json:
    person = directory.build_reference(replace(author, organisation=""))
    return person or directory.build_organisation(author)


def _build_categories(measure: Measure) -> list[Json]:
    """Return the category that the code gives and those that the sender gives, else that of the class of its LOINC code."""
    nature, sent_categories = _build_nature(measure.code), convert_concepts(measure.categories)
    if nature:
        is_sent = any(nature["coding"][0]["code"] == code.code for code in measure.categories)
        return sent_categories if is_sent else [nature, *sent_categories]
    is_laboratory = any(
        code.system == codes.LOINC and code.code in LABORATORY for code in (measure.code, *measure.code.others)
    )
    return sent_categories or ([build_concept(codes.OBSERVATION_CATEGORY, "laboratory")] if is_laboratory else [])


def _build_nature(code: Code) -> Json:
    """Return the category that gives a measure its section; {} when its code does not say it, and the desk labels it."""
    if code.system == codes.OBSERVATION and code.code in _NATURES:
        return build_concept(codes.OBSERVATION_NATURE, _NATURES[code.code])
    if code.system == codes.OBSERVATION and code.code in _STANDARD_NATURES:
        return build_concept(codes.OBSERVATION_CATEGORY, _STANDARD_NATURES[code.code])
    if code.system == codes.MED and code.code == codes.GIR_QUESTION:
        return build_concept(codes.OBSERVATION_NATURE, "autonomy")
    if code.system == codes.LOINC and code.code in _VITAL_SIGNS:
        return build_concept(codes.OBSERVATION_CATEGORY, "vital-signs")
    return {}
