"""The types of health and of what is observed of a person."""

from __future__ import annotations

from fhir_profiles.codes import ACT_CODE, ALLERGY_CLINICAL, CONDITION_CLINICAL
from hub.domain.resource_types.resource_type import Placement, ResourceType, place, split
from hub.domain.resource_types.sample_names import TEXT, TO_ORGANIZATION, TO_PERSON, code

RESOURCE_TYPES = (
    ResourceType(
        "Condition",
        Placement(
            "by-code",
            # con-3, con-4 and con-5 tie these together (`docs/parts.md` 8).
            core=split(
                "subject clinicalStatus verificationStatus abatementDateTime abatementAge abatementPeriod abatementRange "
                "abatementString"
            ),
            elements=place(
                titles="code category onsetDateTime onsetAge onsetPeriod onsetRange onsetString recordedDate"
            ),
            entry="titles",
            person="subject",
            attributed_by=("recorder", "asserter"),
        ),
        titles=("code", "category"),
        example={
            "clinicalStatus": code(CONDITION_CLINICAL, "active"),
            "code": code("http://hl7.org/fhir/sid/icd-10", "I10"),
            "subject": TO_PERSON,
        },
    ),
    ResourceType(
        "Observation",
        Placement("by-code", person="subject", attributed_by=("performer",)),
        titles=("code", "category"),
        example={"status": "final", "code": TEXT, "subject": TO_PERSON, "valueBoolean": True},
    ),
    ResourceType(
        "AllergyIntolerance",
        Placement("medical", person="patient", attributed_by=("recorder", "asserter")),
        titles=("code", "type", "category"),
        example={"clinicalStatus": code(ALLERGY_CLINICAL, "active"), "code": TEXT, "patient": TO_PERSON},
    ),
    ResourceType(
        "MedicationStatement",
        Placement("medication", person="subject", attributed_by=("informationSource",)),
        titles=("medicationCodeableConcept", "category"),
        example={"status": "active", "medicationCodeableConcept": TEXT, "subject": TO_PERSON},
    ),
    ResourceType(
        "Flag",
        Placement("by-code", person="subject", attributed_by=("author",)),
        titles=("code", "category"),
        example={"status": "active", "code": TEXT, "subject": TO_PERSON},
    ),
    ResourceType(
        "Encounter",
        Placement(
            "medical",
            core=split("status class subject"),
            elements=place(medical_flags="period type"),
            entry="medical.flags",
            person="subject",
            attributed_by=("serviceProvider",),
        ),
        titles=("type",),
        example={
            "status": "in-progress",
            "class": {"system": ACT_CODE, "code": "IMP"},
            "subject": TO_PERSON,
            "serviceProvider": TO_ORGANIZATION,
        },
    ),
)
