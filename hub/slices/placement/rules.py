"""Which element of which type stands in which place: data only (`docs/parts.md`, "Which type, which section").

A place is written as in `sections.toml`; `spine` is what every slice carries so that it is valid R4. A type with only a
`rest` is whole: one line. Elements that hold references get the places of their targets on top, item by item
(`hub.slices.placement.places`), so nothing here speaks of targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """How one type is stored in parts.

    `rest`: place of the elements not named, or `by-code` when codes decide (`config/labels.toml`). `entry`: the place by
    which it counts as seen when something points to it; "" means `rest`. `person`: the element that points to the Patient.
    `bearers`: elements whose directory entry, if it reveals a section, labels the whole resource. `by_item`: arrays whose items
    differ in place by a named rule of `hub.slices.placement.disclosure`. `handed`: references whose targets the owner is handed.
    """

    rest: str
    spine: frozenset[str] = frozenset()
    elements: Mapping[str, str] = field(default_factory=dict)
    entry: str = ""
    person: str = ""
    bearers: tuple[str, ...] = ()
    by_item: Mapping[str, str] = field(default_factory=dict)
    handed: frozenset[str] = frozenset()
    directory: bool = False


def _elements(**places: str) -> dict[str, str]:
    """Place → elements, turned round: `medical_titles="code category"`; the first `_` stands for the dot of an extract."""
    return {element: place.replace("_", ".") for place, names in places.items() for element in names.split()}


def _spine(names: str) -> frozenset[str]:
    return frozenset(names.split())


DIRECTORY = Rule("directory", directory=True)

RULES: dict[str, Rule] = {
    # No person: the directory.
    "Organization": DIRECTORY,
    "HealthcareService": DIRECTORY,
    "Location": DIRECTORY,
    "Practitioner": DIRECTORY,
    "PractitionerRole": DIRECTORY,
    "Questionnaire": DIRECTORY,
    # Whole.
    "RelatedPerson": Rule("contacts", person="patient"),
    "Coverage": Rule("rights", person="beneficiary"),
    "AllergyIntolerance": Rule("medical", person="patient", bearers=("recorder", "asserter")),
    "MedicationStatement": Rule("medication", person="subject", bearers=("informationSource",)),
    "Appointment": Rule("activities", person="participant.actor"),
    "Communication": Rule("notes", person="subject", bearers=("sender",)),
    "EpisodeOfCare": Rule("activities.services", person="patient", bearers=("managingOrganization", "careManager")),
    "Flag": Rule("by-code", person="subject", bearers=("author",)),
    "Observation": Rule("by-code", person="subject", bearers=("performer",)),
    "DocumentReference": Rule("by-code", person="subject", bearers=("author", "custodian", "authenticator")),
    "Binary": Rule("by-document", person="securityContext"),
    "Subscription": Rule("own"),
    # Split.
    "Patient": Rule(
        "identity",
        elements=_elements(
            identity_usual="active gender address telecom managingOrganization",
            contacts="contact generalPractitioner",
            social="maritalStatus communication",
        ),
        by_item={"name": "name", "identifier": "identifier"},
        entry="identity.usual",
        person="id",
    ),
    "Task": Rule(
        "tasks",
        spine=_spine("status intent"),
        elements=_elements(
            tasks_titles="code description for requester owner authoredOn lastModified restriction priority focus "
            "businessStatus identifier groupIdentifier basedOn partOf"
        ),
        entry="tasks.titles",
        person="for",
        bearers=("owner", "requester"),
        handed=frozenset({"focus", "input", "output"}),
    ),
    "ServiceRequest": Rule(
        "tasks",
        spine=_spine("status intent subject"),
        elements=_elements(
            tasks_titles="code category priority requester performer performerType authoredOn identifier occurrenceDateTime "
            "occurrencePeriod occurrenceTiming basedOn replaces requisition",
            **{"own-words": "reasonCode reasonReference note supportingInfo patientInstruction orderDetail"},
        ),
        entry="tasks.titles",
        person="subject",
        bearers=("requester", "performer"),
    ),
    "CarePlan": Rule(
        "activities",
        spine=_spine("status intent subject"),
        elements=_elements(
            activities_services="category period careTeam author created identifier",
            goals_titles="goal",
            notes="note",
        ),
        entry="activities.services",
        person="subject",
        bearers=("author",),
    ),
    "CareTeam": Rule(
        "contacts",
        spine=_spine("status subject"),
        person="subject",
        bearers=("managingOrganization",),
    ),
    "Goal": Rule(
        "goals",
        spine=_spine("lifecycleStatus subject"),
        elements=_elements(
            goals_titles="description category priority startDate startCodeableConcept achievementStatus"
        ),
        entry="goals.titles",
        person="subject",
    ),
    "Encounter": Rule(
        "medical",
        spine=_spine("status class subject"),
        elements=_elements(medical_flags="period type"),
        entry="medical.flags",
        person="subject",
        bearers=("serviceProvider",),
    ),
    "Condition": Rule(
        "by-code",
        # con-3, con-4 and con-5 tie these together (`docs/parts.md` 8).
        spine=_spine(
            "subject clinicalStatus verificationStatus abatementDateTime abatementAge abatementPeriod abatementRange "
            "abatementString"
        ),
        elements=_elements(
            titles="code category onsetDateTime onsetAge onsetPeriod onsetRange onsetString recordedDate"
        ),
        entry="titles",
        person="subject",
        bearers=("recorder", "asserter"),
    ),
    "Consent": Rule(
        "consents",
        # ppc-1 needs a policy or its rule, and one that names nobody's provisions (`docs/parts.md` 8).
        spine=_spine("status scope category policy policyRule patient"),
        elements=_elements(consents_sharing="dateTime performer organization"),
        by_item={"provision": "provision"},
        entry="consents.sharing",
        person="patient",
    ),
    "QuestionnaireResponse": Rule(
        "assessments",
        spine=_spine("status"),
        elements=_elements(
            assessments_summary="questionnaire subject authored author source identifier basedOn partOf encounter"
        ),
        by_item={"item": "form-item"},
        entry="assessments.summary",
        person="subject",
        bearers=("author",),
    ),
    "Provenance": Rule(
        "spine",
        elements=_elements(target="target"),
        entry="by-target",
        person="target",
    ),
    # Not stored: it is what a trace says of a person, shown as `hub.record.audit` says. The place says who may ask for it.
    "AuditEvent": Rule("access-log", person="entity.what"),
}

TYPES = frozenset(RULES)
DIRECTORY_TYPES = frozenset(name for name, rule in RULES.items() if rule.directory)
