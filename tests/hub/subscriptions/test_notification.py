"""The notification Bundle follows R4 and the two profiles of the backport."""

import json

import pytest

from hub.record.notifications.status import Event, SubscriptionStatus
from hub.subscriptions.notification import build_notification, build_status
from tests.hub.subscriptions.conftest import FHIR, TASK_TOPIC
from tests.hub.subscriptions.receiver import check_bundle

STATUS = SubscriptionStatus("Subscription/s", TASK_TOPIC, "active", "id-only", 2, "")
EVENTS = (Event(1, 1_795_248_000_000_000, "Task/a"), Event(2, 1_795_248_000_000_001, "Task/b"))


def build_bundle(
    status=STATUS, kind="event-notification", events=EVENTS, message_id="msg_1", now=1_795_248_000_000_000
):
    return json.loads(build_notification(FHIR, status, kind, events, message_id=message_id, now=now))


@pytest.mark.parametrize("kind", ["handshake", "heartbeat", "event-notification"])
def test_it_is_a_history_whose_first_entry_is_the_status(kind):
    bundle = build_bundle(kind=kind, events=EVENTS if kind == "event-notification" else ())
    check_bundle(bundle)
    (entry,) = bundle["entry"]
    assert bundle["type"] == "history"
    assert entry["resource"]["resourceType"] == "Parameters"
    assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
    assert entry["request"]["url"] == f"{FHIR}/Subscription/s/$status"
    names = [parameter["name"] for parameter in entry["resource"]["parameter"]]
    assert names[:5] == ["subscription", "topic", "status", "type", "events-since-subscription-start"]
    assert names.count("notification-event") == (2 if kind == "event-notification" else 0)


def test_the_same_message_has_the_same_ids_and_another_has_others():
    assert build_bundle()["entry"][0]["fullUrl"] == build_bundle(now=1_795_248_000_999_999)["entry"][0]["fullUrl"]
    assert build_bundle()["entry"][0]["fullUrl"] != build_bundle(message_id="msg_2")["entry"][0]["fullUrl"]


def test_empty_names_no_resource():
    empty = SubscriptionStatus("Subscription/s", TASK_TOPIC, "active", "empty", 2, "")
    body = build_notification(FHIR, empty, "event-notification", EVENTS, message_id="m", now=0)
    assert b"Task/" not in body and body.count(b"event-number") == 2


def test_a_fault_is_given_by_its_text():
    status = SubscriptionStatus("Subscription/s", TASK_TOPIC, "error", "id-only", 2, "delivery-failed")
    (error,) = (p for p in build_status(FHIR, status, "query-status")["parameter"] if p["name"] == "error")
    assert error["valueCodeableConcept"]["text"].startswith("Notifications could not be delivered")
