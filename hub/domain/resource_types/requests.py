"""The types of requests, and of the answers to them."""

from __future__ import annotations

from fhir_profiles.codes import TASK_CODE
from hub.domain.resource_types.resource_type import Placement, ResourceType, place, split
from hub.domain.resource_types.sample_names import TO_ORGANIZATION, TO_PERSON, TO_REQUEST, code

RESOURCE_TYPES = (
    ResourceType(
        "Task",
        Placement(
            "tasks",
            core=split("status intent"),
            elements=place(
                tasks_titles="code description for requester owner authoredOn lastModified restriction priority focus "
                "businessStatus identifier groupIdentifier basedOn partOf"
            ),
            entry="tasks.titles",
            person="for",
            attributed_by=("owner", "requester"),
            shared_on_assignment=split("focus input output"),
        ),
        titles=("description", "code"),
        example={
            "status": "requested",
            "intent": "order",
            "code": code(TASK_CODE, "fulfill"),
            "focus": TO_REQUEST,
            "for": TO_PERSON,
            "requester": TO_ORGANIZATION,
            "owner": TO_ORGANIZATION,
            "authoredOn": "2026-11-21T08:00:00Z",
        },
    ),
    ResourceType(
        "ServiceRequest",
        Placement(
            "tasks",
            core=split("status intent subject"),
            elements=place(
                tasks_titles="code category priority requester performer performerType authoredOn identifier "
                "occurrenceDateTime occurrencePeriod occurrenceTiming basedOn replaces requisition",
                **{"own-words": "reasonCode reasonReference note supportingInfo patientInstruction orderDetail"},
            ),
            entry="tasks.titles",
            person="subject",
            attributed_by=("requester", "performer"),
        ),
        titles=("code", "category"),
        example={
            "status": "active",
            "intent": "order",
            "code": {"text": "Portage de repas"},
            "subject": TO_PERSON,
            "requester": TO_ORGANIZATION,
        },
    ),
    ResourceType(
        "Appointment",
        Placement("activities", person="participant.actor"),
        titles=("description",),
        example={"status": "proposed", "participant": [{"actor": TO_PERSON, "status": "accepted"}]},
    ),
    ResourceType(
        "Communication",
        Placement("notes", person="subject", attributed_by=("sender",)),
        titles=("category",),
        example={"status": "completed", "subject": TO_PERSON, "payload": [{"contentString": "Exemple"}]},
    ),
)
