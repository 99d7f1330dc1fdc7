"""The search parameters that the hub declares: one table, read by indexing, by search and by the CapabilityStatement.

A line says: parameter, kind, and the path inside the resource. Kinds: `token` (code, Coding, CodeableConcept, Identifier,
boolean, ContactPoint), `reference`, `string`, `date`. Source: https://hl7.org/fhir/R4/searchparameter-registry.html; the
names are R4's. `Task.output` is Gravity's (`loop.md` D6, 20).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """`path`: dotted, without the type; a step that ends in `[x]` takes the choice types that the kind can index."""

    name: str
    kind: str
    path: str

    @property
    def element(self) -> str:
        """The top-level element that it reads: its index rows stand in that element's places."""
        return self.path.partition(".")[0]


def _table(lines: str) -> dict[str, Parameter]:
    found = (Parameter(*line.split()) for line in lines.strip().splitlines())
    return {parameter.name: parameter for parameter in found}


PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Patient": _table("""
        identifier token identifier
        family string name.family
        given string name.given
        name string name.*
        birthdate date birthDate
        gender token gender
        phone token telecom.phone
        email token telecom.email
        telecom token telecom
        address-city string address.city
        address-postalcode string address.postalCode
        active token active
        general-practitioner reference generalPractitioner
        organization reference managingOrganization
    """),
    "Task": _table("""
        identifier token identifier
        status token status
        intent token intent
        priority token priority
        code token code
        business-status token businessStatus
        owner reference owner
        requester reference requester
        patient reference for
        subject reference for
        focus reference focus
        based-on reference basedOn
        part-of reference partOf
        output reference output.valueReference
        authored-on date authoredOn
        modified date lastModified
        period date executionPeriod
    """),
    "ServiceRequest": _table("""
        identifier token identifier
        status token status
        intent token intent
        priority token priority
        category token category
        code token code
        patient reference subject
        subject reference subject
        requester reference requester
        performer reference performer
        based-on reference basedOn
        replaces reference replaces
        encounter reference encounter
        reason-reference reference reasonReference
        authored date authoredOn
        occurrence date occurrence[x]
    """),
    "CarePlan": _table("""
        identifier token identifier
        status token status
        intent token intent
        category token category
        patient reference subject
        subject reference subject
        care-team reference careTeam
        condition reference addresses
        goal reference goal
        based-on reference basedOn
        part-of reference partOf
        replaces reference replaces
        activity-reference reference activity.reference
        activity-code token activity.detail.code
        activity-date date activity.detail.scheduledPeriod
        performer reference activity.detail.performer
        date date period
    """),
    "CareTeam": _table("""
        identifier token identifier
        status token status
        category token category
        patient reference subject
        subject reference subject
        participant reference participant.member
        date date period
    """),
    "Goal": _table("""
        identifier token identifier
        lifecycle-status token lifecycleStatus
        category token category
        achievement-status token achievementStatus
        patient reference subject
        subject reference subject
        start-date date startDate
    """),
    "Condition": _table("""
        identifier token identifier
        code token code
        category token category
        clinical-status token clinicalStatus
        verification-status token verificationStatus
        patient reference subject
        subject reference subject
        encounter reference encounter
        onset-date date onset[x]
        recorded-date date recordedDate
    """),
    "Observation": _table("""
        identifier token identifier
        status token status
        code token code
        category token category
        patient reference subject
        subject reference subject
        encounter reference encounter
        performer reference performer
        value-concept token valueCodeableConcept
        date date effective[x]
    """),
    "Consent": _table("""
        identifier token identifier
        status token status
        scope token scope
        category token category
        patient reference patient
        actor reference provision.actor.reference
        organization reference organization
        date date dateTime
    """),
    "Encounter": _table("""
        identifier token identifier
        status token status
        class token class
        patient reference subject
        subject reference subject
        service-provider reference serviceProvider
        date date period
    """),
    "EpisodeOfCare": _table("""
        identifier token identifier
        status token status
        patient reference patient
        organization reference managingOrganization
        care-manager reference careManager
        date date period
    """),
    "DocumentReference": _table("""
        identifier token identifier
        status token status
        type token type
        category token category
        patient reference subject
        subject reference subject
        author reference author
        date date date
    """),
    "Communication": _table("""
        identifier token identifier
        status token status
        category token category
        patient reference subject
        subject reference subject
        sender reference sender
        recipient reference recipient
        based-on reference basedOn
        sent date sent
    """),
    "RelatedPerson": _table("""
        identifier token identifier
        patient reference patient
        relationship token relationship
        name string name.*
        active token active
    """),
    "AllergyIntolerance": _table("""
        identifier token identifier
        code token code
        clinical-status token clinicalStatus
        patient reference patient
        date date recordedDate
    """),
    "MedicationStatement": _table("""
        identifier token identifier
        status token status
        code token medicationCodeableConcept
        patient reference subject
        subject reference subject
        effective date effective[x]
    """),
    "Coverage": _table("""
        identifier token identifier
        status token status
        type token type
        patient reference beneficiary
        beneficiary reference beneficiary
        payor reference payor
    """),
    "Flag": _table("""
        identifier token identifier
        patient reference subject
        subject reference subject
        author reference author
        date date period
    """),
    "Appointment": _table("""
        identifier token identifier
        status token status
        actor reference participant.actor
        patient reference participant.actor
        date date start
    """),
    "QuestionnaireResponse": _table("""
        identifier token identifier
        status token status
        questionnaire token questionnaire
        patient reference subject
        subject reference subject
        author reference author
        authored date authored
    """),
    "Provenance": _table("""
        target reference target
        patient reference target
        agent reference agent.who
        recorded date recorded
    """),
    "Organization": _table("""
        identifier token identifier
        name string name
        type token type
        active token active
        partof reference partOf
    """),
    "HealthcareService": _table("""
        identifier token identifier
        name string name
        service-type token type
        service-category token category
        organization reference providedBy
        active token active
    """),
    "Location": _table("""
        identifier token identifier
        name string name
        status token status
        organization reference managingOrganization
    """),
    "Practitioner": _table("""
        identifier token identifier
        family string name.family
        given string name.given
        name string name.*
        active token active
    """),
    "PractitionerRole": _table("""
        identifier token identifier
        practitioner reference practitioner
        organization reference organization
        role token code
        active token active
    """),
    "Questionnaire": _table("""
        identifier token identifier
        url token url
        name string name
        status token status
    """),
    "AuditEvent": {},
    "Binary": {},
    "Subscription": {},
}

# Parameters of every type, answered from the record itself.
COMMON = ("_id", "_lastUpdated")
