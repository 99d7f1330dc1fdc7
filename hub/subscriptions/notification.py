"""The notification Bundle, and the status in it, as R4 writes them. Pure.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html and
…-status-r4.html: a `history` Bundle whose first entry is a Parameters. It names what changed, and says nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fhir_profiles.codes import NOTIFICATION_PROFILE, SUBSCRIPTION_STATUS_PROFILE
from hub.domain.messages import text
from hub.fhir import dumps
from hub.record.db.clock import instant
from hub.record.notifications.status import Event, SubscriptionStatus

Json = dict[str, Any]


def build_notification(
    fhir: str, standing: SubscriptionStatus, kind: str, events: Iterable[Event], *, name: str, now: int
) -> bytes:
    """The Bundle of the message `name` from the hub at `fhir`, at `now` (µs). `kind`: of notification."""
    # The same name at each attempt gives the same ids.
    status = build_status(fhir, standing, kind, events, str(uuid5(NAMESPACE_URL, f"{fhir}/{standing.name}/{name}")))
    bundle = {
        "resourceType": "Bundle",
        "meta": {"profile": [NOTIFICATION_PROFILE]},
        "type": "history",
        "timestamp": instant(now),
        "entry": [
            {
                "fullUrl": f"urn:uuid:{status['id']}",
                "resource": status,
                "request": {"method": "GET", "url": f"{fhir}/{standing.name}/$status"},
                "response": {"status": "200"},
            }
        ],
    }
    return dumps(bundle)


def build_status(
    fhir: str, standing: SubscriptionStatus, kind: str, events: Iterable[Event] = (), identity: str = ""
) -> Json:
    """The status of a subscription as a Parameters; `events` with their focus unless its content is `empty`."""
    parameters: list[Json] = [
        {"name": "subscription", "valueReference": {"reference": f"{fhir}/{standing.name}"}},
        {"name": "topic", "valueCanonical": standing.topic},
        {"name": "status", "valueCode": standing.status},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(standing.events)},
    ]
    parameters += [_build_event(fhir, event, focus=standing.content != "empty") for event in events]
    if standing.fault:
        parameters.append({"name": "error", "valueCodeableConcept": {"text": text(standing.fault)}})
    found: Json = {"resourceType": "Parameters", "meta": {"profile": [SUBSCRIPTION_STATUS_PROFILE]}}
    return ({"id": identity} if identity else {}) | found | {"parameter": parameters}


def _build_event(fhir: str, event: Event, *, focus: bool) -> Json:
    part: list[Json] = [
        {"name": "event-number", "valueString": str(event.number)},
        {"name": "timestamp", "valueInstant": instant(event.at)},
    ]
    if focus:
        part.append({"name": "focus", "valueReference": {"reference": f"{fhir}/{event.name}"}})
    return {"name": "notification-event", "part": part}
