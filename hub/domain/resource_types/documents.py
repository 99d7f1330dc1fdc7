"""The types of what was written down whole: documents and filled forms."""

from __future__ import annotations

from hub.domain.resource_types.resource_type import Placement, ResourceType, place, split
from hub.domain.resource_types.sample_names import TO_DOCUMENT, TO_PERSON

RESOURCE_TYPES = (
    ResourceType(
        "DocumentReference",
        Placement("by-code", person="subject", attributed_by=("author", "custodian", "authenticator")),
        titles=("description", "type", "category"),
        example={
            "status": "current",
            "subject": TO_PERSON,
            "content": [{"attachment": {"contentType": "text/plain", "title": "Exemple"}}],
        },
    ),
    ResourceType(
        "Binary",
        Placement("by-document", person="securityContext"),
        example={"contentType": "text/plain", "securityContext": TO_DOCUMENT, "data": "RXhlbXBsZQ=="},
    ),
    ResourceType(
        "QuestionnaireResponse",
        Placement(
            "assessments",
            core=split("status"),
            elements=place(
                assessments_summary="questionnaire subject authored author source identifier basedOn partOf encounter"
            ),
            by_item={"item": "form-item"},
            entry="assessments.summary",
            person="subject",
            attributed_by=("author",),
        ),
        example={"status": "completed", "subject": TO_PERSON},
    ),
)
