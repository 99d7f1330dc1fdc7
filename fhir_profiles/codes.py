"""Addresses of systems, and codes, that the hub writes or recognises. `hub.mapping` types no address by itself (a test looks).

Ours stand under `BASE`, and `code_systems/*.json` defines each of their codes (a test keeps the two in step). French and
HL7 ones are named as their owners publish them (`docs/domain.md` §2.8, §2.4; https://hl7.org/fhir/R4/terminologies-systems.html).
"""

from __future__ import annotations

BASE = "https://maillage.example/fhir/"

# --- HL7 and FHIR -------------------------------------------------------------------------------------------------
HL7 = "http://terminology.hl7.org/CodeSystem/"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
URI = "urn:ietf:rfc:3986"  # the system of an identifier whose value is itself a URI

ACT_CODE = HL7 + "v3-ActCode"  # encounter classes, OPTIN, OPTOUT, PSY
ALLERGY_CLINICAL = HL7 + "allergyintolerance-clinical"
ALLERGY_VERIFICATION = HL7 + "allergyintolerance-verification"
CONDITION_CATEGORY = HL7 + "condition-category"
CONDITION_CLINICAL = HL7 + "condition-clinical"
CONDITION_VERIFICATION = HL7 + "condition-ver-status"
CONSENT_SCOPE = HL7 + "consentscope"
CONTACT_ROLE = HL7 + "v2-0131"
COVERAGE_CLASS = HL7 + "coverage-class"
DATA_ABSENT = HL7 + "data-absent-reason"
DATA_OPERATION = HL7 + "v3-DataOperation"
IDENTIFIER_TYPE = HL7 + "v2-0203"
NULL_FLAVOR = HL7 + "v3-NullFlavor"
INTERPRETATION = HL7 + "v3-ObservationInterpretation"
MARITAL_STATUS = HL7 + "v3-MaritalStatus"
OBSERVATION_CATEGORY = HL7 + "observation-category"
OBSERVATION_VALUE = HL7 + "v3-ObservationValue"
PARTICIPATION = HL7 + "v3-ParticipationType"
PROVENANCE_AGENT = HL7 + "provenance-participant-type"
ROLE_CLASS = HL7 + "v3-RoleClass"
TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"

# The constant label of every slice (`docs/parts.md` 11).
REDACTED = (OBSERVATION_VALUE, "REDACTED")

ENCOUNTER_CLASSES = frozenset({"AMB", "EMER", "FLD", "HH", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS", "VR"})
# The statuses of an Encounter while the person is there.
ENCOUNTER_PRESENT = frozenset({"arrived", "triaged", "in-progress", "onleave"})

# The steps of a referral as BSeR and 360X name them (`docs/loop.md` D4).
BUSINESS_STATUS = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
CREATED, ACCEPTED, DECLINED, CANCELLATION_REQUESTED, CANCELLED, COMPLETED = "2.0", "3.0", "4.0", "5.2", "6.0", "7.0"
# A step of the hub's own system beside them: a question waits for its answer (T17).
QUESTION = "question"
SCHEDULED, NO_SHOW, EVENT_CANCELLED, EVENT_COMPLETED = "5.1.1", "5.1.2", "5.1.3", "5.1.4"

# --- French identities, registers and nomenclatures -----------------------------------------------------------------
OID_INS_NIR = "urn:oid:1.2.250.1.213.1.4.8"
OID_INS_NIA = "urn:oid:1.2.250.1.213.1.4.9"
OID_INS_TEST = "urn:oid:1.2.250.1.213.1.4.10"
OID_INS_DEMO = "urn:oid:1.2.250.1.213.1.4.11"
FR_IDENTIFIER_TYPE = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
INS_TYPES = {OID_INS_NIR: "INS-NIR", OID_INS_NIA: "INS-NIA", OID_INS_TEST: "INS-NIR-TEST", OID_INS_DEMO: "INS-NIR-DEMO"}
IDENTITY_STATUS = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"

RPPS = "https://rpps.esante.gouv.fr"
ADELI = "https://adeli.esante.gouv.fr"
FINESS = "https://finess.esante.gouv.fr"
SIRET = "https://sirene.fr"
OID_IDNPS = "urn:oid:1.2.250.1.71.4.2.1"
OID_ROR_CATEGORY = "urn:oid:1.2.250.1.213.3.3.39"

NOS = "https://mos.esante.gouv.fr/NOS/"
COMMUNE = NOS + "TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
RELATIVE_ROLE = NOS + "TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass"  # ECON, NOK (trusted person), GUARD, CAREGIVER
MED = "urn:oid:1.2.250.1.213.1.1.4.322"
GIR_QUESTION = "MED-346"
GIR_ANSWERS = {1: "MED-339", 2: "MED-340", 3: "MED-341", 4: "MED-342", 5: "MED-343", 6: "MED-344"}

# Types of document, LOINC (`docs/domain.md` §2.4).
DOC_CARE_PLAN, DOC_CONSENT = "18776-5", "59284-0"

# --- Extensions -----------------------------------------------------------------------------------------------------
BIRTH_PLACE_EXTENSION = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
DATA_ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
FR_CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
INSEE_EXTENSION = FR_CORE + "fr-core-address-insee-code"
RELIABILITY_EXTENSION = FR_CORE + "fr-core-identity-reliability"
BIRTH_GIVEN_EXTENSION = FR_CORE + "fr-core-patient-birth-list-given-name"
ACTIVITY_DOMAIN_EXTENSION = BASE + "StructureDefinition/activity-domain"
CM_FUNCTION_EXTENSION = BASE + "StructureDefinition/cm-function"
SECTION_EXTENSION = BASE + "StructureDefinition/section"
PRIVATE_NOTE_EXTENSION = BASE + "StructureDefinition/private-note"
PLANNED_END_EXTENSION = BASE + "StructureDefinition/planned-end"
FREE_PLACES_EXTENSION = BASE + "StructureDefinition/free-places"
FREE_PLACES_FROM_EXTENSION = BASE + "StructureDefinition/free-places-from"
FREE_PLACES_SAID_EXTENSION = BASE + "StructureDefinition/free-places-said"
# Told once, in the answer that creates a Subscription: what signs its notifications.
WEBHOOK_SECRET_EXTENSION = BASE + "StructureDefinition/webhook-secret"
# Topic subscriptions in R4 (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html).
BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
FILTER_EXTENSION = BACKPORT + "backport-filter-criteria"
PAYLOAD_CONTENT_EXTENSION = BACKPORT + "backport-payload-content"
TIMEOUT_EXTENSION = BACKPORT + "backport-timeout"
MAX_COUNT_EXTENSION = BACKPORT + "backport-max-count"
HEARTBEAT_EXTENSION = BACKPORT + "backport-heartbeat-period"
TOPIC_CANONICAL_EXTENSION = BACKPORT + "capabilitystatement-subscriptiontopic-canonical"
SUBSCRIPTION_STATUS_PROFILE = BACKPORT + "backport-subscription-status-r4"
NOTIFICATION_PROFILE = BACKPORT + "backport-subscription-notification-r4"

# --- Ours -----------------------------------------------------------------------------------------------------------
OURS = BASE + "CodeSystem/"
ACTIVITY_DOMAIN = OURS + "activity-domain"
BAND = OURS + "band"
CM_FUNCTION = OURS + "cm-function"
CONSENT_KIND = OURS + "consent-kind"
DOCUMENT_CATEGORY = OURS + "document-category"
GAP = OURS + "gap"
HUB_ROLE = OURS + "role"  # its codes are the roles of config/roles.toml
HUB_TASK = OURS + "hub-task"
HUB_TASK_STEP = OURS + "task-step"
NOTICE = OURS + "notice"
OBSERVATION = OURS + "observation"
OBSERVATION_NATURE = OURS + "observation-nature"
PLAN_CATEGORY = OURS + "plan-category"
REQUEST_CATEGORY = OURS + "request-category"
SECTION = OURS + "section"
TASK_INPUT = OURS + "task-input"

# --- Naming systems of ours: numbers that have no other home ---------------------------------------------------------
NAMING = BASE + "NamingSystem/"
UNQUALIFIED_NIR = NAMING + "nir-unqualified"
CAF = NAMING + "caf"
PLAN_NUMBER = NAMING + "plan"
INBOX_MESSAGE = NAMING + "inbox-message"
ACCOUNT_ID = NAMING + "account"
SOURCE_NUMBERS = NAMING + "source/"  # followed by the source's name and the kind of number
