"""The part of a resource that a client requests: its summary, or some of its elements. Pure.

https://hl7.org/fhir/R4/search.html#summary and #elements. Mandatory elements stay, so that the result is valid R4.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hub.domain.resource_types import TYPES
from hub.fhir.structure import Element, Structure, get_structure

# The elements of each type that are `isSummary` in HL7's definitions of R4 (CC0), without `id`, `meta`, `implicitRules` and
# `modifierExtension`. Of a data type that is not here everything is in the summary, except `id` and `extension`. Written by
# `python -m tests.hub.fhir.summary_table`; a test compares it with the definitions.
_TABLE = """
    AllergyIntolerance: identifier clinicalStatus verificationStatus type category criticality code patient asserter
    Appointment: identifier status cancelationReason serviceCategory serviceType specialty appointmentType
        reasonCode start end
    AuditEvent: type subtype action recorded outcome outcomeDesc purposeOfEvent
    Basic: identifier code subject created author
    Binary: contentType securityContext
    CarePlan: identifier instantiatesCanonical instantiatesUri basedOn replaces partOf status intent category title
        description subject encounter period created author addresses
    CareTeam: identifier status category name subject encounter period managingOrganization
    CodeSystem: url identifier version name title status experimental date publisher contact useContext jurisdiction
        caseSensitive valueSet hierarchyMeaning compositional versionNeeded content supplements count filter
        property
    Communication: identifier instantiatesCanonical instantiatesUri basedOn partOf status statusReason priority
        subject encounter reasonCode reasonReference
    Condition: identifier clinicalStatus verificationStatus code bodySite subject encounter onset recordedDate
        recorder asserter
    Consent: identifier status scope category patient dateTime performer organization source policyRule verification
        provision
    Coverage: identifier status type policyHolder subscriber subscriberId beneficiary dependent period payor order
        network
    DocumentReference: masterIdentifier identifier status docStatus type category subject date author relatesTo
        description securityLabel content context
    Encounter: identifier status class type serviceType subject episodeOfCare participant appointment reasonCode
        reasonReference diagnosis
    EpisodeOfCare: status type diagnosis patient managingOrganization period
    Flag: identifier status category code subject period encounter author
    Goal: lifecycleStatus achievementStatus category priority description subject start statusDate expressedBy
    HealthcareService: identifier active providedBy category type specialty location name comment photo
    Location: identifier status operationalStatus name description mode type physicalType managingOrganization
    MedicationStatement: identifier basedOn partOf status category medication subject context effective dateAsserted
    Observation: identifier basedOn partOf status code subject focus encounter effective issued performer value
        hasMember derivedFrom component
    OperationDefinition: url version name title status kind experimental date publisher contact useContext
        jurisdiction affectsState code base resource system type instance
    Organization: identifier active type name partOf
    Patient: identifier active name telecom gender birthDate deceased address managingOrganization link
    Practitioner: identifier active name telecom address gender birthDate
    PractitionerRole: identifier active period practitioner organization code specialty location telecom
    Provenance: target recorded
    Questionnaire: url identifier version name title status experimental subjectType date publisher contact
        useContext jurisdiction effectivePeriod code
    QuestionnaireResponse: identifier basedOn partOf questionnaire status subject encounter authored author source
    RelatedPerson: identifier active patient relationship name telecom gender birthDate address
    SearchParameter: url version name status experimental date publisher contact description useContext jurisdiction
        code base type
    ServiceRequest: identifier instantiatesCanonical instantiatesUri basedOn replaces requisition status intent
        category priority doNotPerform code orderDetail quantity subject encounter occurrence asNeeded authoredOn
        requester performerType performer locationCode locationReference reasonCode reasonReference specimen
        bodySite patientInstruction
    StructureDefinition: url identifier version name title status experimental date publisher contact useContext
        jurisdiction keyword fhirVersion kind abstract context contextInvariant type baseDefinition derivation
    Subscription: status contact end reason criteria error channel
    Task: instantiatesCanonical instantiatesUri basedOn groupIdentifier partOf status statusReason businessStatus
        intent code description focus for encounter executionPeriod lastModified requester owner location
    ValueSet: url identifier version name title status experimental date publisher contact useContext jurisdiction
        immutable
    Attachment: contentType language url size hash title creation
    ConsentVerification: verified
    ConsentProvision: type period action securityLabel purpose class code dataPeriod data
    DocumentReferenceContext: period
    EncounterParticipant: type individual
    EncounterDiagnosis: condition
    SampledData: origin period factor lowerLimit upperLimit dimensions
    ObservationComponent: code value
"""
_NEVER = frozenset({"id", "extension"})
_NOTHING: tuple[Any, ...] = (None, {}, [])
_ALWAYS = frozenset({"resourceType", "id", "meta", "implicitRules"})

Json = dict[str, Any]


def summarize(resource: Json) -> Json:
    """Return what FHIR counts as the summary of `resource`, at every depth. KeyError: a type that is not in the table."""
    kind = resource["resourceType"]
    if kind not in load_summaries():
        raise KeyError(kind)
    elements = _summarize_object(resource, get_structure(kind))
    return {key: value for key, value in resource.items() if key in _ALWAYS} | elements


def select_elements(resource: Json, names: frozenset[str]) -> Json:
    """Return the elements `names` of `resource` (`value` for a choice) and the mandatory ones, each whole."""
    shape = get_structure(resource["resourceType"])
    return {key: value for key, value in resource.items() if key in _ALWAYS or _is_kept(key, shape, names)}


def list_element_names(resource_type: str) -> frozenset[str]:
    """Return the names that `select_elements` accepts for this type."""
    elements = get_structure(resource_type).elements.values()
    return frozenset(name for element in elements for name in (element.name, element.choice) if name)


@cache
def load_summaries() -> dict[str, frozenset[str]]:
    """Return the table: type or backbone element → its summary elements."""
    # A line that is indented further continues the one before.
    lines = _TABLE.strip("\n").replace("\n        ", " ").splitlines()
    return {kind.strip(): frozenset(words.split()) for kind, _, words in (line.partition(":") for line in lines)}


def _is_kept(key: str, shape: Structure, names: frozenset[str]) -> bool:
    element = shape.elements.get(key.removeprefix("_"))
    return element is not None and (_is_mandatory(element, shape) or bool(names & {element.name, element.choice}))


def _is_mandatory(element: Element, shape: Structure) -> bool:
    return element.name in shape.required or element.choice in shape.required_choices


def _summarize_object(value: Json, shape: Structure) -> Json:
    names = load_summaries().get(shape.name)
    summary: Json = {}
    for key, item in value.items():
        element = shape.elements.get(key)
        if element is None or (names is None and key in _NEVER):
            continue
        mandatory = _is_mandatory(element, shape)
        if mandatory or names is None or element.name in names or element.choice in names:
            part = _summarize_value(element, item)
            if part in _NOTHING and mandatory:
                part = item  # it has an id or extensions alone, and may not be absent
            if part not in _NOTHING:
                summary[key] = part
    return summary


def _summarize_value(element: Element, item: Any) -> Any:
    if element.many:
        parts = [_summarize_item(element, inner) for inner in item]
        return [part for part in parts if part not in (None, {})]
    return _summarize_item(element, item)


def _summarize_item(element: Element, item: Any) -> Any:
    """Return a primitive without its id and extensions, and of an object what is in the summary."""
    return item if element.primitive else _summarize_object(item, get_structure(element.kind))


if not load_summaries().keys() >= TYPES:
    raise LookupError(f"resource types without a summary: {sorted(TYPES - load_summaries().keys())}")
