"""The types of the plan with a person: what it is for, what is done, by whom."""

from __future__ import annotations

from hub.domain.resource_types.resource_type import Placement, ResourceType, place, split
from hub.domain.resource_types.sample_names import TEXT, TO_ORGANIZATION, TO_PERSON

RESOURCE_TYPES = (
    ResourceType(
        "CarePlan",
        Placement(
            "activities",
            core=split("status intent subject"),
            elements=place(
                activities_services="category period careTeam author created identifier",
                goals_titles="goal",
                notes="note",
            ),
            entry="activities.services",
            person="subject",
            attributed_by=("author",),
        ),
        titles=("title", "description", "category"),
        example={"status": "draft", "intent": "plan", "subject": TO_PERSON, "title": "Plan d’exemple"},
    ),
    ResourceType(
        "CareTeam",
        Placement("contacts", core=split("status subject"), person="subject", attributed_by=("managingOrganization",)),
        titles=("category", "name"),
        example={"status": "proposed", "subject": TO_PERSON, "participant": [{"member": TO_ORGANIZATION}]},
        only_desk_creates=True,
        only_desk_changes=True,
    ),
    ResourceType(
        "Goal",
        Placement(
            "goals",
            core=split("lifecycleStatus subject"),
            elements=place(
                goals_titles="description category priority startDate startCodeableConcept achievementStatus"
            ),
            entry="goals.titles",
            person="subject",
        ),
        titles=("description", "category"),
        example={"lifecycleStatus": "active", "description": TEXT, "subject": TO_PERSON},
    ),
    ResourceType(
        "EpisodeOfCare",
        Placement("activities.services", person="patient", attributed_by=("managingOrganization", "careManager")),
        titles=("type",),
        example={"status": "active", "patient": TO_PERSON},
    ),
)
