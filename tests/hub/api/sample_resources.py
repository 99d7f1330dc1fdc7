"""The least that R4 and the hub ask of a resource of each type, about one person: for tests that sweep all types."""

from __future__ import annotations

from typing import Any


def least(patient: str, party: str, request: str) -> dict[str, dict[str, Any]]:
    """Type → a resource that names `patient`, `party` (the writer's organisation) and a ServiceRequest where it must."""
    person, organisation = {"reference": patient}, {"reference": party}
    text = {"text": "Fictif"}
    clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    found: dict[str, dict[str, Any]] = {
        "Patient": {"name": [{"family": "Fictif"}]},
        "RelatedPerson": {"patient": person},
        "Practitioner": {"name": [{"family": "Fictif"}]},
        "PractitionerRole": {"organization": organisation},
        "Organization": {"name": "Fictive"},
        "HealthcareService": {"name": "Fictif"},
        "Location": {"name": "Fictif"},
        "ServiceRequest": {"status": "active", "intent": "order", "subject": person, "requester": organisation},
        "Task": {
            "status": "draft",
            "intent": "order",
            "code": {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]},
            "for": person,
            "requester": organisation,
            "focus": {"reference": request},
            "authoredOn": "2026-11-21T08:00:00Z",
        },
        "CarePlan": {"status": "draft", "intent": "plan", "subject": person, "title": "Fictif"},
        "CareTeam": {"status": "proposed", "subject": person, "participant": [{"member": organisation}]},
        "Goal": {"lifecycleStatus": "active", "description": text, "subject": person},
        "EpisodeOfCare": {"status": "active", "patient": person},
        "Encounter": {
            "status": "in-progress",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
            "subject": person,
            "serviceProvider": organisation,
        },
        "Condition": {
            "subject": person,
            "code": text,
            "clinicalStatus": {"coding": [{"system": clinical, "code": "active"}]},
        },
        "Observation": {"status": "final", "code": text, "subject": person},
        "AllergyIntolerance": {
            "patient": person,
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "active",
                    }
                ]
            },
        },
        "MedicationStatement": {"status": "active", "subject": person, "medicationCodeableConcept": text},
        "Coverage": {"status": "active", "beneficiary": person, "payor": [organisation]},
        "Consent": {
            "status": "active",
            "scope": text,
            "category": [text],
            "patient": person,
            "policyRule": text,
            "dateTime": "2026-11-21",
            "organization": [organisation],
            "provision": {"type": "permit"},
        },
        "Flag": {"status": "active", "code": text, "subject": person},
        "Communication": {"status": "completed", "subject": person},
        "Appointment": {"status": "proposed", "participant": [{"actor": person, "status": "accepted"}]},
        "Questionnaire": {"status": "draft"},
        "QuestionnaireResponse": {"status": "completed", "subject": person},
        "DocumentReference": {
            "status": "current",
            "subject": person,
            "content": [{"attachment": {"contentType": "text/plain", "title": "fictif"}}],
        },
        "Binary": {"contentType": "text/plain", "data": "RmljdGlm"},
        "Subscription": {
            "status": "requested",
            "reason": "Fictif",
            "criteria": "https://maillage.example/fhir/SubscriptionTopic/task",
            "channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:9/hook"},
        },
    }
    return {name: {"resourceType": name, **content} for name, content in found.items()}
