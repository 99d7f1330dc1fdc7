"""Resources to be added to a world, by an actor through a door or by somebody else behind its back."""

from __future__ import annotations

from typing import Any

from fhir_profiles import codes
from tests import territory
from tests.territory import PERSON, of_domain
from tests.worlds.scene import STRANGER, Json, coded, ref

# Names of the things that can be made; each has its branch below.
KINDS = (
    *("condition", "psychosis", "observation", "finances", "psychiatry", "medication", "allergy", "goal", "dark-goal"),
    *(
        "task",
        "dark-task",
        "request",
        "dark-request",
        "message",
        "dark-message",
        "document",
        "paper",
        "flag",
        "warning",
    ),
    *(
        "proposed-team",
        "draft-consent",
        "visit",
        "episode",
        "form",
        "coverage",
        "appointment",
        "relative",
        "provenance",
    ),
    *("person", "namesake", "trace", "subscription", "binary", "plan", "stranger-condition", "offer"),
)
# What the machinery of rights follows: an actor that writes one may well see more afterwards.
WIDENING = frozenset({"draft-consent", "visit"})


def made(kind: str, key: str, word: str, party: str, owner: str, target: str) -> Json:
    """The resource `kind` with the id `key` and `word` in its text. `party`: who writes it; `owner`: whom it concerns
    besides; `target`: the name of something that it points to where it can."""
    text, note = {"text": word}, [{"text": word}]
    base: Json = {"id": key, "subject": ref(PERSON)}
    for_patient: Json = {"id": key, "patient": ref(PERSON)}
    domain = [of_domain("psy")] if kind.startswith("dark") else []
    found: Any
    match kind:
        case "condition" | "psychosis" | "stranger-condition":
            found = territory.condition(key, {"psychosis": "F20.1"}.get(kind, "I11"), note=note)
            found["subject"] = ref(STRANGER if kind == "stranger-condition" else PERSON)
            found["code"]["text"] = word
        case "observation" | "finances" | "psychiatry":
            nature = {"observation": "medical", "finances": "financial", "psychiatry": "psychiatric"}[kind]
            found = territory.observation(key, "referral-note", note=note)
            found |= {"category": [coded(codes.OBSERVATION_NATURE, nature)], "performer": [ref(owner)]}
        case "medication":
            found = base | {
                "resourceType": "MedicationStatement",
                "status": "active",
                "medicationCodeableConcept": text,
            }
            found["reasonReference"] = [ref(target)]
        case "allergy":
            found = for_patient | {"resourceType": "AllergyIntolerance", "code": text}
            found["clinicalStatus"] = coded(codes.ALLERGY_CLINICAL, "active")
        case "goal" | "dark-goal":
            found = base | {"resourceType": "Goal", "lifecycleStatus": "active", "description": text, "note": note}
            found |= {"extension": domain, "addresses": [ref(target)]}
        case "task" | "dark-task":
            found = territory.task(key, owner, target, party, description=word, note=note, extension=domain)
        case "offer":
            found = territory.task(key, "", target, party, description=word, note=note)
        case "request" | "dark-request":
            found = territory.request(key, party, code=text, reasonCode=[text], note=note, extension=domain)
            found |= {"performer": [ref(owner)], "supportingInfo": [ref(target)]}
        case "message" | "dark-message":
            sender = "Organization/cmp" if kind == "dark-message" else party
            found = base | {
                "resourceType": "Communication",
                "status": "completed",
                "sender": ref(sender),
                "about": [ref(target)],
            }
            found |= {"payload": [{"contentString": word}]}
        case "document" | "paper":
            kind_of = {"document": "68599-0", "paper": "34133-9"}[kind]
            found = base | {
                "resourceType": "DocumentReference",
                "status": "current",
                "type": coded(codes.LOINC, kind_of),
            }
            found |= {"description": word, "content": [{"attachment": {"contentType": "text/plain"}}]}
        case "flag" | "warning":
            code = "psychiatric-safety" if kind == "warning" else "apa"
            found = base | {"resourceType": "Flag", "status": "active", "code": coded(codes.OBSERVATION, code) | text}
        case "proposed-team":
            found = base | {
                "resourceType": "CareTeam",
                "status": "proposed",
                "name": word,
                "participant": [{"member": ref(owner)}],
            }
        case "draft-consent":
            found = territory.consent(
                "permit", owner, id=key, status="draft", organization=[ref(party) | {"display": word}]
            )
        case "visit":
            found = base | {"resourceType": "Encounter", "status": "planned", "class": {"code": "AMB"}, "type": [text]}
            found["serviceProvider"] = ref(owner)
        case "episode":
            found = for_patient | {
                "resourceType": "EpisodeOfCare",
                "status": "active",
                "managingOrganization": ref(owner),
            }
            found["diagnosis"] = (
                [{"condition": ref(target) | {"display": word}}] if target.startswith("Condition/") else []
            )
        case "form":
            found = base | {
                "resourceType": "QuestionnaireResponse",
                "status": "completed",
                "extension": [of_domain("aidant")],
            }
            found["item"] = [{"linkId": "1", "answer": [{"valueString": word}]}]
        case "coverage":
            found = {"resourceType": "Coverage", "id": key, "status": "active", "beneficiary": ref(PERSON)}
            found |= {"payor": [ref(owner)], "subscriberId": word}
        case "appointment":
            people = [
                {"actor": ref(PERSON), "status": "accepted"},
                {"actor": ref("Practitioner/dr"), "status": "accepted"},
            ]
            found = {
                "resourceType": "Appointment",
                "id": key,
                "status": "proposed",
                "description": word,
                "participant": people,
            }
        case "relative":
            found = for_patient | {"resourceType": "RelatedPerson", "name": [text]}
        case "provenance":
            found = {
                "resourceType": "Provenance",
                "id": key,
                "target": [ref(target)],
                "recorded": "2026-11-20T10:00:00Z",
            }
            found["agent"] = [{"who": ref(owner) | {"display": word}}]
        case "person" | "namesake":
            found = {
                "resourceType": "Patient",
                "id": key,
                "name": [{"use": "usual", "family": word}],
                "birthDate": "1938-02-03",
            }
            if kind == "namesake":
                found["identifier"] = [{"system": codes.OID_INS_DEMO, "value": "000000000000097"}]
        case "trace":
            found = {
                "resourceType": "AuditEvent",
                "id": key,
                "type": {"code": "rest"},
                "recorded": "2026-11-20T10:00:00Z",
            }
            found |= {
                "agent": [{"requestor": True, "who": ref(owner)}],
                "source": {"observer": ref("Organization/dac")},
            }
            found["entity"] = [{"what": ref(PERSON) | {"display": word}}]
        case "subscription":
            found = {
                "resourceType": "Subscription",
                "id": key,
                "status": "requested",
                "reason": word,
                "criteria": "https://maillage.example/fhir/SubscriptionTopic/task",
            }
            found["channel"] = {"type": "rest-hook", "endpoint": "http://127.0.0.1:9/hook"}
        case "binary":
            found = {"resourceType": "Binary", "id": key, "contentType": "text/plain", "data": "AAAA"}
            found["securityContext"] = ref(target)
        case "plan":
            found = base | {
                "resourceType": "CarePlan",
                "status": "active",
                "intent": "plan",
                "title": word,
                "author": ref(party),
            }
            found["activity"] = [{"reference": ref(target)}, {"detail": {"status": "scheduled", "description": word}}]
        case _:
            raise ValueError(kind)
    return {element: value for element, value in found.items() if value != []}
