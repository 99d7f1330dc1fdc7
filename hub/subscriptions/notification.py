"""The notification Bundle of the Subscriptions R5 Backport in R4, and the SubscriptionStatus in it. Pure.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html and
…-status-r4.html: a `history` Bundle whose first entry is a Parameters. It has references to what changed, and no content.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fhir_profiles.codes import NOTIFICATION_PROFILE, SUBSCRIPTION_STATUS_PROFILE
from hub.domain.messages import get_text
from hub.fhir import dumps
from hub.record.db.clock import instant
from hub.record.notifications.status import Event, SubscriptionStatus

Json = dict[str, Any]


def build_notification(
    base_url: str, subscription: SubscriptionStatus, kind: str, events: Iterable[Event], *, message_id: str, now: int
) -> bytes:
    """The JSON of the Bundle of one message.

    `base_url`: of the FHIR API. `kind`: of the notification, such as `handshake`. `now`: µs since 1970.
    """
    # Each attempt has the same message id, and so the same resource ids.
    identity = str(uuid5(NAMESPACE_URL, f"{base_url}/{subscription.name}/{message_id}"))
    status = build_status(base_url, subscription, kind, events, identity)
    bundle = {
        "resourceType": "Bundle",
        "meta": {"profile": [NOTIFICATION_PROFILE]},
        "type": "history",
        "timestamp": instant(now),
        "entry": [
            {
                "fullUrl": f"urn:uuid:{status['id']}",
                "resource": status,
                "request": {"method": "GET", "url": f"{base_url}/{subscription.name}/$status"},
                "response": {"status": "200"},
            }
        ],
    }
    return dumps(bundle)


def build_status(
    base_url: str, subscription: SubscriptionStatus, kind: str, events: Iterable[Event] = (), identity: str = ""
) -> Json:
    """The SubscriptionStatus as a Parameters, with the id `identity` if it is given.

    `events` have their focus (a reference to the resource) unless the subscription's content is `empty`.
    """
    parameters: list[Json] = [
        {"name": "subscription", "valueReference": {"reference": f"{base_url}/{subscription.name}"}},
        {"name": "topic", "valueCanonical": subscription.topic},
        {"name": "status", "valueCode": subscription.status},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(subscription.events)},
    ]
    parameters += [_build_event(base_url, event, focus=subscription.content != "empty") for event in events]
    if subscription.fault:
        parameters.append({"name": "error", "valueCodeableConcept": {"text": get_text(subscription.fault)}})
    resource: Json = {"resourceType": "Parameters", "meta": {"profile": [SUBSCRIPTION_STATUS_PROFILE]}}
    return ({"id": identity} if identity else {}) | resource | {"parameter": parameters}


def _build_event(base_url: str, event: Event, *, focus: bool) -> Json:
    part: list[Json] = [
        {"name": "event-number", "valueString": str(event.number)},
        {"name": "timestamp", "valueInstant": instant(event.at)},
    ]
    if focus:
        part.append({"name": "focus", "valueReference": {"reference": f"{base_url}/{event.name}"}})
    return {"name": "notification-event", "part": part}
