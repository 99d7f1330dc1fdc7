"""The types about the service itself: who did what, and what a client subscribed to."""

from __future__ import annotations

from hub.domain.resource_types.resource_type import Placement, ResourceType, place
from hub.domain.resource_types.sample_names import HOST

RESOURCE_TYPES = (
    ResourceType(
        "Provenance",
        Placement("spine", elements=place(target="target"), entry="by-target", person="target"),
        only_hub_writes=True,
    ),
    # `hub.record.audit` makes each AuditEvent from a trace. Its place says who may ask for it.
    ResourceType(
        "AuditEvent",
        Placement("access-log", person="entity.what"),
        titles=("type",),
        is_stored=False,
        only_hub_writes=True,
    ),
    ResourceType(
        "Subscription",
        Placement("own"),
        example={
            "status": "requested",
            "reason": "Exemple",
            "criteria": "https://maillage.example/fhir/SubscriptionTopic/task",
            "channel": {"type": "rest-hook", "endpoint": f"https://{HOST}/hook", "payload": "application/fhir+json"},
        },
    ),
)
