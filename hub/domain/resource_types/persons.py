"""The types that say who a person is, who is close to her, what she is entitled to and what she agreed to."""

from __future__ import annotations

from hub.domain.resource_types.resource_type import Placement, ResourceType, place, split
from hub.domain.resource_types.sample_names import TEXT, TO_ORGANIZATION, TO_PERSON

RESOURCE_TYPES = (
    ResourceType(
        "Patient",
        Placement(
            "identity",
            elements=place(
                identity_usual="active gender address telecom managingOrganization",
                contacts="contact generalPractitioner",
                social="maritalStatus communication",
            ),
            by_item={"name": "name", "identifier": "identifier"},
            entry="identity.usual",
            person="id",
        ),
        titles=("name",),
        example={"name": [{"use": "usual", "family": "EXEMPLE", "given": ["Alix"]}], "birthDate": "1942-03-15"},
        only_desk_creates=True,
    ),
    ResourceType(
        "RelatedPerson",
        Placement("contacts", person="patient"),
        titles=("relationship", "name"),
        example={"patient": TO_PERSON, "name": [{"family": "EXEMPLE"}]},
    ),
    ResourceType(
        "Coverage",
        Placement("rights", person="beneficiary"),
        titles=("type", "relationship"),
        example={"status": "active", "beneficiary": TO_PERSON, "payor": [TO_ORGANIZATION]},
    ),
    ResourceType(
        "Consent",
        Placement(
            "consents",
            # ppc-1 needs a policy or its rule, and one that names nobody's provisions (`docs/parts.md` 8).
            core=split("status scope category policy policyRule patient"),
            elements=place(consents_sharing="dateTime performer organization"),
            by_item={"provision": "provision"},
            entry="consents.sharing",
            person="patient",
        ),
        titles=("category",),
        example={
            "status": "active",
            "scope": TEXT,
            "category": [TEXT],
            "patient": TO_PERSON,
            "dateTime": "2026-11-21",
            "organization": [TO_ORGANIZATION],
            "policyRule": TEXT,
            "provision": {"type": "permit"},
        },
    ),
)
