"""Where the R4B models of fhir.resources differ from R4 (4.0.1), or do not say all: a table, kept right by a test
against the published definitions.

The models read their codes from the short text of an element, which stops at "+"; so the long lists are here.
"""

from __future__ import annotations

# Types of R4B alone. An element of such a kind is no element of R4.
NOT_R4 = frozenset({"CodeableReference", "RatioRange"})

# http://hl7.org/fhir/R4/valueset-resource-types.html, without the two abstract ones.
RESOURCES = frozenset(
    """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic
    Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry
    ChargeItem ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication
    CommunicationRequest CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage
    CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric
    DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
    Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable
    ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
    HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
    ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure MeasureReport Media Medication
    MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
    MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
    MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
    MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader
    MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
    OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation
    Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
    RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
    RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition
    StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
    TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
    """.split()  # noqa: SIM905 - a page of names reads better than a column of strings
)

# Resources that R4B dropped or rebuilt: fhir.resources has no model of their R4 form.
_REBUILT = (
    *("Evidence", "EffectEvidence", "RiskEvidence", "MedicinalProduct", "SubstanceNucleicAcid", "SubstancePolymer"),
    *("SubstanceProtein", "SubstanceReference", "SubstanceSource", "SubstanceSpecification"),
)
MODELLED = frozenset(name for name in RESOURCES if not name.startswith(_REBUILT))


def _split_codes(line: str) -> frozenset[str]:
    return frozenset(line.split())


_COMPARATOR = _split_codes("< <= >= >")
_ENCOUNTER = _split_codes("planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown")

# (type, element) → codes of its required binding.
CODES: dict[tuple[str, str], frozenset[str]] = {
    ("Age", "comparator"): _COMPARATOR,
    ("AuditEvent", "action"): _split_codes("C R U D E"),
    ("AuditEvent", "outcome"): _split_codes("0 4 8 12"),
    ("AuditEventAgentNetwork", "type"): _split_codes("1 2 3 4 5"),
    ("Count", "comparator"): _COMPARATOR,
    ("Distance", "comparator"): _COMPARATOR,
    ("Duration", "comparator"): _COMPARATOR,
    ("Encounter", "status"): _ENCOUNTER,
    ("EncounterStatusHistory", "status"): _ENCOUNTER,
    ("Expression", "language"): frozenset(),  # extensible, not required
    ("Observation", "status"): _split_codes(
        "registered preliminary final amended corrected cancelled entered-in-error unknown"
    ),
    ("Quantity", "comparator"): _COMPARATOR,
    ("Questionnaire", "subjectType"): RESOURCES,
    ("QuestionnaireItem", "type"): _split_codes(
        "group display boolean decimal integer date dateTime time string text url choice open-choice attachment "
        "reference quantity"
    ),
    ("Task", "status"): _split_codes(
        "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed "
        "entered-in-error"
    ),
    ("TimingRepeat", "when"): _split_codes(
        "MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS HS WAKE C CM CD CV AC "
        "ACM ACD ACV PC PCM PCD PCV"
    ),
}

# (type, element) → what its Reference may point to.
TARGETS: dict[tuple[str, str], frozenset[str]] = {
    ("Observation", "subject"): frozenset({"Patient", "Group", "Device", "Location"}),
}
