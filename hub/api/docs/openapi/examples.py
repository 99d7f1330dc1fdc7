"""A small resource of each type that may be written, and the Bundles and searches that go with them: fictitious, and sent by
a test as they stand, for the person and the request that they name."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

PERSON, REQUEST, ORGANIZATION, DOCUMENT = (
    *("Patient/exemple", "ServiceRequest/exemple"),
    *("Organization/exemple", "DocumentReference/exemple"),
)
HOST = "client.example"  # at which an operator lets the client be called
_PERSON, _REQUEST, _ORGANIZATION = {"reference": PERSON}, {"reference": REQUEST}, {"reference": ORGANIZATION}
_TEXT = {"text": "Exemple"}
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


_MEMBERS: dict[str, Json] = {
    "AllergyIntolerance": {
        "clinicalStatus": _coded(f"{_TERMINOLOGY}/allergyintolerance-clinical", "active"),
        "code": _TEXT,
        "patient": _PERSON,
    },
    "Appointment": {"status": "proposed", "participant": [{"actor": _PERSON, "status": "accepted"}]},
    "Binary": {"contentType": "text/plain", "securityContext": {"reference": DOCUMENT}, "data": "RXhlbXBsZQ=="},
    "CarePlan": {"status": "draft", "intent": "plan", "subject": _PERSON, "title": "Plan d’exemple"},
    "CareTeam": {"status": "proposed", "subject": _PERSON, "participant": [{"member": _ORGANIZATION}]},
    "Communication": {"status": "completed", "subject": _PERSON, "payload": [{"contentString": "Exemple"}]},
    "Condition": {
        "clinicalStatus": _coded(f"{_TERMINOLOGY}/condition-clinical", "active"),
        "code": _coded("http://hl7.org/fhir/sid/icd-10", "I10"),
        "subject": _PERSON,
    },
    "Consent": {
        "status": "active",
        "scope": _TEXT,
        "category": [_TEXT],
        "patient": _PERSON,
        "dateTime": "2026-11-21",
        "organization": [_ORGANIZATION],
        "policyRule": _TEXT,
        "provision": {"type": "permit"},
    },
    "Coverage": {"status": "active", "beneficiary": _PERSON, "payor": [_ORGANIZATION]},
    "DocumentReference": {
        "status": "current",
        "subject": _PERSON,
        "content": [{"attachment": {"contentType": "text/plain", "title": "Exemple"}}],
    },
    "Encounter": {
        "status": "in-progress",
        "class": {"system": f"{_TERMINOLOGY}/v3-ActCode", "code": "IMP"},
        "subject": _PERSON,
        "serviceProvider": _ORGANIZATION,
    },
    "EpisodeOfCare": {"status": "active", "patient": _PERSON},
    "Flag": {"status": "active", "code": _TEXT, "subject": _PERSON},
    "Goal": {"lifecycleStatus": "active", "description": _TEXT, "subject": _PERSON},
    "HealthcareService": {"name": "Service d’exemple"},
    "Location": {"name": "Lieu d’exemple"},
    "MedicationStatement": {"status": "active", "medicationCodeableConcept": _TEXT, "subject": _PERSON},
    "Observation": {"status": "final", "code": _TEXT, "subject": _PERSON, "valueBoolean": True},
    "Organization": {"name": "Structure d’exemple"},
    "Patient": {"name": [{"use": "usual", "family": "EXEMPLE", "given": ["Alix"]}], "birthDate": "1942-03-15"},
    "Practitioner": {"name": [{"family": "EXEMPLE", "given": ["Claude"]}]},
    "PractitionerRole": {"organization": _ORGANIZATION},
    "Questionnaire": {"status": "draft", "title": "Questions d’exemple"},
    "QuestionnaireResponse": {"status": "completed", "subject": _PERSON},
    "RelatedPerson": {"patient": _PERSON, "name": [{"family": "EXEMPLE"}]},
    "ServiceRequest": {
        "status": "active",
        "intent": "order",
        "code": {"text": "Portage de repas"},
        "subject": _PERSON,
        "requester": _ORGANIZATION,
    },
    "Subscription": {
        "status": "requested",
        "reason": "Exemple",
        "criteria": "https://maillage.example/fhir/SubscriptionTopic/task",
        "channel": {"type": "rest-hook", "endpoint": f"https://{HOST}/hook", "payload": "application/fhir+json"},
    },
    "Task": {
        "status": "requested",
        "intent": "order",
        "code": _coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"),
        "focus": _REQUEST,
        "for": _PERSON,
        "requester": _ORGANIZATION,
        "owner": _ORGANIZATION,
        "authoredOn": "2026-11-21T08:00:00Z",
    },
}
RESOURCES: dict[str, Json] = {name: {"resourceType": name, **members} for name, members in _MEMBERS.items()}

BUNDLES: dict[str, Json] = {
    "batch": {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": "Task?status=requested"}}],
    },
    "transaction": {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": RESOURCES["Goal"], "request": {"method": "POST", "url": "Goal"}}],
    },
}

JSON_PATCH = [{"op": "replace", "path": "/status", "value": "accepted"}]
FHIRPATH_PATCH: Json = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Task.status"},
                {"name": "value", "valueCode": "accepted"},
            ],
        }
    ],
}
