"""The code system of each searched element of type `code`: it says a bare code, its binding says the system.

A search may name that system (https://hl7.org/fhir/R4/search.html#token): `status=http://hl7.org/fhir/task-status|draft`. The
table follows the required bindings of the R4 StructureDefinitions; a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_HL7 = "http://hl7.org/fhir/"
_REQUEST_STATUS, _REQUEST_INTENT = f"{_HL7}request-status", f"{_HL7}request-intent"
_GENDER = f"{_HL7}administrative-gender"

# (resource type, search parameter) → the code systems of the element's codes.
IMPLICIT_SYSTEMS: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        key: frozenset(systems)
        for key, systems in {
            ("AllergyIntolerance", "category"): [f"{_HL7}allergy-intolerance-category"],
            ("AllergyIntolerance", "criticality"): [f"{_HL7}allergy-intolerance-criticality"],
            ("AllergyIntolerance", "severity"): [f"{_HL7}reaction-event-severity"],
            ("AllergyIntolerance", "type"): [f"{_HL7}allergy-intolerance-type"],
            ("Appointment", "part-status"): [f"{_HL7}participationstatus"],
            ("Appointment", "status"): [f"{_HL7}appointmentstatus"],
            ("CarePlan", "intent"): [_REQUEST_INTENT],
            ("CarePlan", "status"): [_REQUEST_STATUS],
            ("CareTeam", "status"): [f"{_HL7}care-team-status"],
            ("Communication", "status"): [f"{_HL7}event-status"],
            ("Consent", "status"): [f"{_HL7}consent-state-codes"],
            ("Coverage", "status"): [f"{_HL7}fm-status"],
            ("DocumentReference", "relation"): [f"{_HL7}document-relationship-type"],
            ("DocumentReference", "status"): [f"{_HL7}document-reference-status"],
            ("Encounter", "status"): [f"{_HL7}encounter-status"],
            ("EpisodeOfCare", "status"): [f"{_HL7}episode-of-care-status"],
            ("Goal", "lifecycle-status"): [f"{_HL7}goal-status"],
            ("Location", "status"): [f"{_HL7}location-status"],
            ("MedicationStatement", "status"): [f"{_HL7}CodeSystem/medication-statement-status"],
            ("Observation", "status"): [f"{_HL7}observation-status"],
            ("Patient", "gender"): [_GENDER],
            ("Practitioner", "gender"): [_GENDER],
            ("Questionnaire", "status"): [f"{_HL7}publication-status"],
            ("Questionnaire", "subject-type"): [f"{_HL7}resource-types"],
            ("QuestionnaireResponse", "status"): [f"{_HL7}questionnaire-answers-status"],
            ("RelatedPerson", "gender"): [_GENDER],
            ("ServiceRequest", "intent"): [_REQUEST_INTENT],
            ("ServiceRequest", "priority"): [f"{_HL7}request-priority"],
            ("ServiceRequest", "status"): [_REQUEST_STATUS],
            ("Subscription", "payload"): ["urn:ietf:bcp:13"],
            ("Subscription", "status"): [f"{_HL7}subscription-status"],
            ("Subscription", "type"): [f"{_HL7}subscription-channel-type"],
            ("Task", "intent"): [f"{_HL7}task-intent", _REQUEST_INTENT],
            ("Task", "priority"): [f"{_HL7}request-priority"],
            ("Task", "status"): [f"{_HL7}task-status"],
        }.items()
    }
)
