"""The search parameters that the hub declares: one table, read by indexing, by search, by the CapabilityStatement and by the
SearchParameter resources.

A line has: parameter, kind, path (`hub.record.search.index.parameter`). Source: https://hl7.org/fhir/R4/searchparameter-registry.html;
the names are R4's. `Task.output` is Gravity's (`docs/loop.md` D6.20); `ServiceRequest.reason-reference` and `reason-code` are
R5's.
No stored type has a parameter of kind number. Parameters on extensions or geography and composites on array items are left out.
"""

from __future__ import annotations

from hub.domain.resource_types import STORED_TYPES, TYPES
from hub.record.search.index.parameter import Parameter


def _parse_table(lines: str) -> dict[str, Parameter]:
    parameters = (Parameter(*line.split()) for line in lines.strip().splitlines())
    return {parameter.name: parameter for parameter in parameters}


PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Patient": _parse_table("""
        identifier token identifier
        family string name.family
        given string name.given
        name string name.*
        birthdate date birthDate
        death-date date deceasedDateTime
        deceased token deceasedBoolean|deceasedDateTime.exists()
        gender token gender
        phone token telecom.phone
        email token telecom.email
        telecom token telecom
        address string address.*
        address-city string address.city
        address-state string address.state
        address-postalcode string address.postalCode
        address-country string address.country
        address-use token address.use
        active token active
        language token communication.language
        general-practitioner reference generalPractitioner
        organization reference managingOrganization
        link reference link.other
    """),
    "Task": _parse_table("""
        identifier token identifier
        group-identifier token groupIdentifier
        status token status
        intent token intent
        priority token priority
        code token code
        business-status token businessStatus
        performer token performerType
        owner reference owner
        requester reference requester
        patient reference for->Patient
        subject reference for
        focus reference focus
        encounter reference encounter
        based-on reference basedOn
        part-of reference partOf
        output reference output.valueReference
        authored-on date authoredOn
        modified date lastModified
        period date executionPeriod
    """),
    "ServiceRequest": _parse_table("""
        identifier token identifier
        requisition token requisition
        status token status
        intent token intent
        priority token priority
        category token category
        code token code
        body-site token bodySite
        performer-type token performerType
        patient reference subject->Patient
        subject reference subject
        requester reference requester
        performer reference performer
        based-on reference basedOn
        replaces reference replaces
        encounter reference encounter
        reason-code token reasonCode
        reason-reference reference reasonReference
        instantiates-canonical canonical instantiatesCanonical
        instantiates-uri uri instantiatesUri
        authored date authoredOn
        occurrence date occurrence[x]
    """),
    "CarePlan": _parse_table("""
        identifier token identifier
        status token status
        intent token intent
        category token category
        patient reference subject->Patient
        subject reference subject
        encounter reference encounter
        care-team reference careTeam
        condition reference addresses
        goal reference goal
        based-on reference basedOn
        part-of reference partOf
        replaces reference replaces
        instantiates-canonical canonical instantiatesCanonical
        instantiates-uri uri instantiatesUri
        activity-reference reference activity.reference
        activity-code token activity.detail.code
        activity-date date activity.detail.scheduledPeriod|activity.detail.scheduledTiming
        performer reference activity.detail.performer
        date date period
    """),
    "CareTeam": _parse_table("""
        identifier token identifier
        status token status
        category token category
        patient reference subject->Patient
        subject reference subject
        encounter reference encounter
        participant reference participant.member
        date date period
    """),
    "Goal": _parse_table("""
        identifier token identifier
        lifecycle-status token lifecycleStatus
        category token category
        achievement-status token achievementStatus
        patient reference subject->Patient
        subject reference subject
        start-date date startDate
        target-date date target.dueDate
    """),
    "Condition": _parse_table("""
        identifier token identifier
        code token code
        category token category
        clinical-status token clinicalStatus
        verification-status token verificationStatus
        severity token severity
        body-site token bodySite
        stage token stage.summary
        evidence token evidence.code
        evidence-detail reference evidence.detail
        patient reference subject->Patient
        subject reference subject
        encounter reference encounter
        asserter reference asserter
        onset-date date onset[x]
        onset-age quantity onsetAge|onsetRange
        onset-info string onsetString
        abatement-date date abatement[x]
        abatement-age quantity abatementAge|abatementRange
        abatement-string string abatementString
        recorded-date date recordedDate
    """),
    "Observation": _parse_table("""
        identifier token identifier
        status token status
        code token code
        category token category
        patient reference subject->Patient
        subject reference subject
        encounter reference encounter
        performer reference performer
        focus reference focus
        based-on reference basedOn
        part-of reference partOf
        derived-from reference derivedFrom
        has-member reference hasMember
        method token method
        data-absent-reason token dataAbsentReason
        value-concept token valueCodeableConcept
        value-quantity quantity valueQuantity
        value-string string valueString|valueCodeableConcept.text
        value-date date value[x]
        component-code token component.code
        component-value-concept token component.valueCodeableConcept
        component-value-quantity quantity component.valueQuantity
        component-data-absent-reason token component.dataAbsentReason
        combo-code token code|component.code
        combo-value-concept token valueCodeableConcept|component.valueCodeableConcept
        combo-value-quantity quantity valueQuantity|component.valueQuantity
        combo-data-absent-reason token dataAbsentReason|component.dataAbsentReason
        code-value-concept composite code$value-concept
        code-value-quantity composite code$value-quantity
        code-value-string composite code$value-string
        code-value-date composite code$value-date
        date date effective[x]
    """),
    "Consent": _parse_table("""
        identifier token identifier
        status token status
        scope token scope
        category token category
        patient reference patient->Patient
        consentor reference performer
        actor reference provision.actor.reference
        action token provision.action
        purpose token provision.purpose
        period date provision.period
        data reference provision.data.reference
        source-reference reference sourceReference
        organization reference organization
        date date dateTime
    """),
    "Encounter": _parse_table("""
        identifier token identifier
        status token status
        class token class
        type token type
        patient reference subject->Patient
        subject reference subject
        service-provider reference serviceProvider
        participant reference participant.individual
        practitioner reference participant.individual->Practitioner
        participant-type token participant.type
        location reference location.location
        location-period date location.period
        part-of reference partOf
        based-on reference basedOn
        episode-of-care reference episodeOfCare
        appointment reference appointment
        diagnosis reference diagnosis.condition
        reason-code token reasonCode
        reason-reference reference reasonReference
        special-arrangement token hospitalization.specialArrangement
        length quantity length
        date date period
    """),
    "EpisodeOfCare": _parse_table("""
        identifier token identifier
        status token status
        type token type
        patient reference patient->Patient
        organization reference managingOrganization
        care-manager reference careManager
        condition reference diagnosis.condition
        incoming-referral reference referralRequest
        date date period
    """),
    "DocumentReference": _parse_table("""
        identifier token identifier
        status token status
        type token type
        category token category
        patient reference subject->Patient
        subject reference subject
        author reference author
        authenticator reference authenticator
        custodian reference custodian
        encounter reference context.encounter
        event token context.event
        facility token context.facilityType
        setting token context.practiceSetting
        period date context.period
        related reference context.related
        relatesto reference relatesTo.target
        relation token relatesTo.code
        contenttype token content.attachment.contentType
        format token content.format
        language token content.attachment.language
        location uri content.attachment.url
        description string description
        security-label token securityLabel
        date date date
    """),
    "Communication": _parse_table("""
        identifier token identifier
        status token status
        category token category
        medium token medium
        patient reference subject->Patient
        subject reference subject
        sender reference sender
        recipient reference recipient
        encounter reference encounter
        based-on reference basedOn
        part-of reference partOf
        instantiates-canonical canonical instantiatesCanonical
        instantiates-uri uri instantiatesUri
        sent date sent
        received date received
    """),
    "RelatedPerson": _parse_table("""
        identifier token identifier
        patient reference patient->Patient
        relationship token relationship
        name string name.*
        birthdate date birthDate
        gender token gender
        phone token telecom.phone
        email token telecom.email
        telecom token telecom
        address string address.*
        address-city string address.city
        address-state string address.state
        address-postalcode string address.postalCode
        address-country string address.country
        address-use token address.use
        active token active
    """),
    "AllergyIntolerance": _parse_table("""
        identifier token identifier
        code token code
        category token category
        type token type
        criticality token criticality
        severity token reaction.severity
        manifestation token reaction.manifestation
        route token reaction.exposureRoute
        clinical-status token clinicalStatus
        verification-status token verificationStatus
        patient reference patient->Patient
        asserter reference asserter
        recorder reference recorder
        onset date reaction.onset
        last-date date lastOccurrence
        date date recordedDate
    """),
    "MedicationStatement": _parse_table("""
        identifier token identifier
        status token status
        category token category
        code token medicationCodeableConcept
        patient reference subject->Patient
        subject reference subject
        context reference context
        part-of reference partOf
        source reference informationSource
        effective date effective[x]
    """),
    "Coverage": _parse_table("""
        identifier token identifier
        status token status
        type token type
        patient reference beneficiary->Patient
        beneficiary reference beneficiary
        payor reference payor
        policy-holder reference policyHolder
        subscriber reference subscriber
        dependent string dependent
        class-type token class.type
        class-value string class.value
    """),
    "Flag": _parse_table("""
        identifier token identifier
        patient reference subject->Patient
        subject reference subject
        author reference author
        encounter reference encounter
        date date period
    """),
    "Appointment": _parse_table("""
        identifier token identifier
        status token status
        appointment-type token appointmentType
        service-category token serviceCategory
        service-type token serviceType
        specialty token specialty
        part-status token participant.status
        reason-code token reasonCode
        reason-reference reference reasonReference
        actor reference participant.actor
        patient reference participant.actor->Patient
        practitioner reference participant.actor->Practitioner
        location reference participant.actor->Location
        based-on reference basedOn
        supporting-info reference supportingInformation
        date date start
    """),
    "QuestionnaireResponse": _parse_table("""
        identifier token identifier
        status token status
        questionnaire canonical questionnaire
        patient reference subject->Patient
        subject reference subject
        author reference author
        source reference source
        encounter reference encounter
        based-on reference basedOn
        part-of reference partOf
        authored date authored
    """),
    "Provenance": _parse_table("""
        target reference target
        patient reference target->Patient
        agent reference agent.who
        agent-role token agent.role
        agent-type token agent.type
        entity reference entity.what
        location reference location
        signature-type token signature.type
        recorded date recorded
        when date occurredDateTime
    """),
    "Organization": _parse_table("""
        identifier token identifier
        name string name|alias
        type token type
        active token active
        address string address.*
        address-city string address.city
        address-state string address.state
        address-postalcode string address.postalCode
        address-country string address.country
        address-use token address.use
        partof reference partOf
    """),
    "HealthcareService": _parse_table("""
        identifier token identifier
        name string name
        service-type token type
        service-category token category
        specialty token specialty
        characteristic token characteristic
        program token program
        organization reference providedBy
        location reference location
        coverage-area reference coverageArea
        active token active
    """),
    "Location": _parse_table("""
        identifier token identifier
        name string name|alias
        status token status
        operational-status token operationalStatus
        type token type
        address string address.*
        address-city string address.city
        address-state string address.state
        address-postalcode string address.postalCode
        address-country string address.country
        address-use token address.use
        organization reference managingOrganization
        partof reference partOf
    """),
    "Practitioner": _parse_table("""
        identifier token identifier
        family string name.family
        given string name.given
        name string name.*
        gender token gender
        communication token communication
        phone token telecom.phone
        email token telecom.email
        telecom token telecom
        address string address.*
        address-city string address.city
        address-state string address.state
        address-postalcode string address.postalCode
        address-country string address.country
        address-use token address.use
        active token active
    """),
    "PractitionerRole": _parse_table("""
        identifier token identifier
        practitioner reference practitioner
        organization reference organization
        location reference location
        service reference healthcareService
        role token code
        specialty token specialty
        phone token telecom.phone
        email token telecom.email
        telecom token telecom
        date date period
        active token active
    """),
    "Questionnaire": _parse_table("""
        identifier token identifier
        url uri url
        version token version
        name string name
        title string title
        description string description
        publisher string publisher
        code token item.code
        subject-type token subjectType
        jurisdiction token jurisdiction
        date date date
        effective date effectivePeriod
        status token status
    """),
    # Searched in the journal of accesses (`hub.record.audit`).
    "AuditEvent": _parse_table("""
        patient reference entity.what->Patient
        agent reference agent.who
        action token action
        date date recorded
    """),
    "Binary": {},
    "Subscription": _parse_table("""
        status token status
        criteria string criteria
        type token channel.type
        payload token channel.payload
        url uri channel.endpoint
    """),
}

if PARAMETERS.keys() != TYPES:
    raise LookupError(f"search parameters and resource types differ: {sorted(PARAMETERS.keys() ^ TYPES)}")

# Types with statements of their own, to which no chain or include leads.
JOURNAL_TYPES = TYPES - STORED_TYPES

# Parameters of every type, which are searched in the table of resources and in the `meta` that all slices share.
COMMON = {"_id": "token", "_lastUpdated": "date", "_tag": "token", "_security": "token", "_profile": "uri"}
