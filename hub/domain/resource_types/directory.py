"""The types of the directory: organisations, services, places, professionals and forms, about no person."""

from __future__ import annotations

from hub.domain.resource_types.resource_type import Placement, ResourceType
from hub.domain.resource_types.sample_names import TO_ORGANIZATION

_DIRECTORY = Placement("directory", is_directory=True)

RESOURCE_TYPES = (
    ResourceType("Organization", _DIRECTORY, titles=("type", "name"), example={"name": "Structure d’exemple"}),
    ResourceType(
        "HealthcareService", _DIRECTORY, titles=("type", "category", "name"), example={"name": "Service d’exemple"}
    ),
    ResourceType("Location", _DIRECTORY, titles=("description", "type", "name"), example={"name": "Lieu d’exemple"}),
    ResourceType(
        "Practitioner", _DIRECTORY, titles=("name",), example={"name": [{"family": "EXEMPLE", "given": ["Claude"]}]}
    ),
    ResourceType("PractitionerRole", _DIRECTORY, titles=("code",), example={"organization": TO_ORGANIZATION}),
    ResourceType(
        "Questionnaire",
        _DIRECTORY,
        titles=("title", "description", "code", "name"),
        example={"status": "draft", "title": "Questions d’exemple"},
    ),
)
