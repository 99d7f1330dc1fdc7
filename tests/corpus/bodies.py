"""Resources of every type that may be written, with more elements than they need. Everyone in them is invented."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ICD10, LOINC, UCUM = "http://hl7.org/fhir/sid/icd-10", "http://loinc.org", "http://unitsofmeasure.org"
OURS = "https://maillage.example/fhir"
TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
DOMAIN = f"{OURS}/CodeSystem/activity-domain"
TASK_TOPIC = f"{OURS}/SubscriptionTopic/task"
BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
INS_DEMO = "urn:oid:1.2.250.1.213.1.4.11"


def coded(system: str, code: str, text: str = "") -> Json:
    """A CodeableConcept."""
    return {"coding": [{"system": system, "code": code}]} | ({"text": text} if text else {})


def reference(name: str) -> Json:
    return {"reference": name}


def patient(family: str = "Fictive", given: str = "Jeanne", number: str = "000000000000097", **elements: Any) -> Json:
    """Someone with something in most elements of a Patient."""
    return {
        "resourceType": "Patient",
        "active": True,
        "identifier": [
            {"system": INS_DEMO, "value": number},
            {
                "type": coded(f"{TERMINOLOGY}/v2-0203", "MR"),
                "system": "urn:oid:1.2.3.4",
                "value": f"IPP-{family}",
            },
        ],
        "name": [
            {"use": "official", "family": family.upper(), "given": [given, "Marie"]},
            {"use": "usual", "family": family, "given": [given]},
        ],
        "telecom": [
            {"system": "phone", "value": "0199000001", "use": "home"},
            {"system": "email", "value": f"{given.lower()}@exemple.example"},
        ],
        "gender": "female",
        "birthDate": "1938-02-03",
        "address": [{"use": "home", "line": ["1 rue Inventée"], "city": "Fictiville", "postalCode": "99999"}],
        "maritalStatus": {"text": "veuve"},
        "communication": [{"language": coded("urn:ietf:bcp:47", "fr")}],
        "contact": [{"name": {"text": "Une voisine fictive"}}],
        **elements,
    }


def request(person: str, requester: str, text: str = "Portage de repas", **elements: Any) -> Json:
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "priority": "routine",
        "code": {"text": text},
        "subject": reference(person),
        "requester": reference(requester),
        "authoredOn": "2026-11-20T09:00:00+01:00",
        **elements,
    }


def task(person: str, requester: str, owner: str, focus: str, **elements: Any) -> Json:
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": coded(TASK_CODE, "fulfill"),
        "focus": reference(focus),
        "for": reference(person),
        "requester": reference(requester),
        "owner": reference(owner),
        "authoredOn": "2026-11-21T08:00:00Z",
        **elements,
    }


def circle(person: str, *parties: str) -> Json:
    """A CareTeam whose members are `parties`."""
    return {
        "resourceType": "CareTeam",
        "status": "active",
        "subject": reference(person),
        "participant": [{"member": reference(party)} for party in parties],
    }


def condition(person: str, code: str = "I50.9", **elements: Any) -> Json:
    return {
        "resourceType": "Condition",
        "clinicalStatus": coded(f"{TERMINOLOGY}/condition-clinical", "active"),
        "verificationStatus": coded(f"{TERMINOLOGY}/condition-ver-status", "confirmed"),
        "code": coded(ICD10, code, f"Problème {code}"),
        "subject": reference(person),
        "recordedDate": "2026-11-20",
        "note": [{"text": "Un détail fictif"}],
        **elements,
    }


def consent(person: str, rule: str, party: str = "", section: str = "") -> Json:
    """A privacy Consent: OPTIN or OPTOUT, for one party or everyone, about one section or all."""
    provision: Json = {}
    if party:
        role = coded(f"{TERMINOLOGY}/v3-ParticipationType", "IRCP")
        provision["actor"] = [{"role": role, "reference": reference(party)}]
    if section:
        provision["class"] = [{"system": f"{OURS}/CodeSystem/section", "code": section}]
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": coded(f"{TERMINOLOGY}/consentscope", "patient-privacy"),
        "category": [coded(LOINC, "59284-0")],
        "patient": reference(person),
        "dateTime": "2026-11-21",
        "policyRule": coded(f"{TERMINOLOGY}/v3-ActCode", rule),
    } | ({"provision": provision} if provision else {})


def quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def watch(endpoint: str, topic: str = TASK_TOPIC, *filters: str, content: str = "", **elements: Any) -> Json:
    """A Subscription on a topic."""
    channel: Json = {"type": "rest-hook", "endpoint": endpoint, "payload": "application/fhir+json"}
    if content:
        channel["_payload"] = {"extension": [{"url": f"{BACKPORT}/backport-payload-content", "valueCode": content}]}
    made: Json = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "suivre les actions",
        "criteria": topic,
        "channel": channel,
    }
    if filters:
        url = f"{BACKPORT}/backport-filter-criteria"
        made["_criteria"] = {"extension": [{"url": url, "valueString": criteria} for criteria in filters]}
    return made | elements


def others(person: str, party: str, request_name: str, condition_name: str) -> list[Json]:
    """One resource of each other type about `person`, written by `party`; and of the directory."""
    who, by, text = reference(person), reference(party), {"text": "Exemple"}
    members: dict[str, Json] = {
        "RelatedPerson": {
            "patient": who,
            "relationship": [coded(f"{TERMINOLOGY}/v3-RoleCode", "DAUC")],
            "name": [{"family": "Fictive", "given": ["Claire"]}],
            "telecom": [{"system": "phone", "value": "0199000002"}],
        },
        "Practitioner": {"name": [{"family": "Fictive", "given": ["Odile"]}], "active": True},
        "PractitionerRole": {"organization": by, "active": True},
        "HealthcareService": {"name": "Service d’exemple", "providedBy": by, "active": True},
        "Location": {"name": "Lieu d’exemple", "status": "active"},
        "CarePlan": {
            "status": "active",
            "intent": "plan",
            "title": "Rester <chez soi> & bien",
            "subject": who,
            "addresses": [reference(condition_name)],
            "period": {"start": "2026-11-01"},
            "activity": [{"reference": reference(request_name)}],
        },
        "Goal": {
            "lifecycleStatus": "active",
            "description": {"text": "Marcher jusqu’au marché"},
            "subject": who,
            "startDate": "2026-11-01",
            "target": [{"dueDate": "2027-02-01"}],
            "identifier": [{"system": "urn:x", "value": "1"}],
        },
        "EpisodeOfCare": {"status": "active", "patient": who, "period": {"start": "2026-11-01"}},
        "Encounter": {
            "status": "in-progress",
            "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "IMP"},
            "subject": who,
            "serviceProvider": by,
            "period": {"start": "2026-11-18T10:00:00+01:00"},
        },
        "Observation": {
            "status": "final",
            "code": coded(LOINC, "29463-7", "Poids"),
            "category": [coded(f"{TERMINOLOGY}/observation-category", "vital-signs")],
            "subject": who,
            "performer": [by],
            "effectiveDateTime": "2026-11-20",
            "valueQuantity": quantity(61.5, "kg"),
        },
        "AllergyIntolerance": {
            "patient": who,
            "clinicalStatus": coded(f"{TERMINOLOGY}/allergyintolerance-clinical", "active"),
            "code": {"text": "Pénicilline"},
            "criticality": "high",
            "reaction": [{"manifestation": [{"text": "Urticaire"}], "severity": "moderate"}],
        },
        "MedicationStatement": {
            "status": "active",
            "subject": who,
            "medicationCodeableConcept": {"text": "Paracétamol 1 g"},
            "effectivePeriod": {"start": "2026-11-01"},
        },
        "Coverage": {"status": "active", "beneficiary": who, "payor": [by]},
        "Flag": {"status": "active", "code": text, "subject": who, "author": by},
        "Communication": {
            "status": "completed",
            "subject": who,
            "sender": by,
            "sent": "2026-11-20T10:00:00+01:00",
            "payload": [{"contentString": "Passage fictif, rien à signaler."}],
        },
        "Appointment": {
            "status": "booked",
            "start": "2026-12-01T09:00:00+01:00",
            "end": "2026-12-01T09:30:00+01:00",
            "participant": [{"actor": who, "status": "accepted"}],
        },
        "QuestionnaireResponse": {
            "status": "completed",
            "questionnaire": f"{OURS}/Questionnaire/zarit",
            "subject": who,
            "author": by,
            "authored": "2026-11-20T10:00:00+01:00",
            "item": [{"linkId": str(number), "answer": [{"valueInteger": 2}]} for number in range(1, 23)],
        },
        "DocumentReference": {
            "status": "current",
            "type": coded(LOINC, "34133-9"),
            "subject": who,
            "author": [by],
            "date": "2026-11-20T10:00:00+01:00",
            "description": "Compte rendu fictif",
            "content": [{"attachment": {"contentType": "text/plain", "title": "fictif", "data": "RmljdGlm"}}],
        },
    }
    return [{"resourceType": name, **content} for name, content in members.items()]
