"""`$status`, `$events`, `$resend`, `$renew-secret` over HTTP, valid R4 and of one's own."""

import pytest

from hub.conformance import check
from hub.subscriptions.worker import list_notification_jobs
from tests.hub.api.conftest import ABSENT, NOT_FOUND, made
from tests.hub.subscriptions.conftest import DELAYS, FHIR, build_subscription
from tests.hub.subscriptions.receiver import Receiver, check_bundle, get_values

KNOWN = frozenset({"Parameters", "Basic"})


@pytest.fixture
def told(world, store, clock):
    """The name of an active subscription of `soc`, which was told of one Task, and that Task."""
    name = world.soc.create(build_subscription())
    receiver = Receiver()
    jobs = list_notification_jobs(store, receiver, FHIR, DELAYS, 30)
    for job in jobs:
        job.run()
    clock.tick(1000)
    task = made(world.desk, world.patient, world.soc)
    for job in jobs * 2:
        job.run()
    assert receiver.notifications()[0].focuses == [task]
    return name, task


def test_status_of_one_and_of_all(world, told):
    name, _ = told
    one, many = world.soc.get(f"/{name}/$status"), world.soc.get("/Subscription/$status")
    assert one.json["entry"] == many.json["entry"]
    check_bundle(one.json)
    assert (one.json["type"], one.json["total"]) == ("searchset", 1)
    status = one.json["entry"][0]["resource"]
    assert get_values(status, "status") == ["active"]
    assert get_values(status, "type") == ["query-status"]
    assert get_values(status, "events-since-subscription-start") == ["1"]
    assert get_values(status, "subscription") == [{"reference": f"{FHIR}/{name}"}]
    id = name.partition("/")[2]
    for query, total in ((f"id={id}", 1), (f"id={ABSENT}", 0), ("status=active", 1), ("status=error&status=off", 0)):
        assert world.soc.get(f"/Subscription/$status?{query}").json["total"] == total, query
    body = {"resourceType": "Parameters", "parameter": [{"name": "status", "valueCode": "off"}]}
    assert world.soc.ask("POST", "/Subscription/$status", body=body).json["total"] == 0
    assert world.gp.get("/Subscription/$status").json["total"] == 0


def test_events(world, told):
    name, task = told
    found = world.soc.get(f"/{name}/$events?eventsSinceNumber=1&eventsUntilNumber=9&content=id-only").json
    check_bundle(found)
    assert found["type"] == "history"
    (entry,) = found["entry"]
    assert entry["request"] == {"method": "GET", "url": f"{FHIR}/{name}/$status"}
    (event,) = (one["part"] for one in entry["resource"]["parameter"] if one["name"] == "notification-event")
    assert get_values({"parameter": event}, "focus") == [{"reference": f"{FHIR}/{task}"}]
    assert b"notification-event" not in world.soc.get(f"/{name}/$events?eventsSinceNumber=2").data


def test_resend_and_a_new_secret(world, told):
    name, _ = told
    answer = world.soc.ask("POST", f"/{name}/$resend?", body={"resourceType": "Parameters"})
    assert (answer.status_code, answer.json["resourceType"]) == (200, "OperationOutcome")
    answer = world.soc.ask("POST", f"/{name}/$renew-secret", body={"resourceType": "Parameters"})
    assert get_values(answer.json, "secret")[0].startswith("whsec_")
    check(answer.json, known=KNOWN)


@pytest.mark.parametrize("operation", ["$status", "$events", "$resend", "$renew-secret"])
def test_another_s_is_absent(world, told, operation):
    for name in (told[0], f"Subscription/{ABSENT}"):
        answer = world.gp.ask("POST", f"/{name}/{operation}", body={"resourceType": "Parameters"})
        assert (answer.status_code, answer.data) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "query",
    [
        "$events?eventsSinceNumber=-1", "$events?eventsSinceNumber=x", "$events?eventsSinceNumber=1&eventsSinceNumber=2",
        "$events?content=everything", "$events?eventsSinceInstant=2026-01-01", "$events?other=1", "$status?other=1",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(world, told, query):
    assert world.soc.get(f"/{told[0]}/{query}").status_code == 400


def test_an_instant_of_resend_that_is_none(world, told):
    body = {"resourceType": "Parameters", "parameter": [{"name": "eventsSinceInstant", "valueInstant": "yesterday"}]}
    assert world.soc.ask("POST", f"/{told[0]}/$resend", body=body).status_code == 400


def test_the_topics_are_declared_and_described(world, http):
    [rest] = http.get("/fhir/metadata").json["rest"]
    (found,) = (one for one in rest["resource"] if one["type"] == "Subscription")
    declared = {one["valueCanonical"] for one in found["extension"]}
    pages = world.soc.get("/Basic").json["entry"]
    described = {
        one["valueUri"] for page in pages for one in page["resource"]["extension"] if one["url"].endswith(".url")
    }
    assert declared == described and len(declared) == 3
    for page in pages:
        check(page["resource"], known=KNOWN)


def test_e3_a_status_has_a_name_and_its_link_is_the_question(world, told):
    """R4 Bundle.entry.fullUrl: an entry with a resource has one, which agrees with the id; bundle.html#searchset: `self` is the
    search that was done."""
    name, _ = told
    for path in (f"{name}/$status", "Subscription/$status", "Subscription/$status?status=active&status=off"):
        found = world.soc.get(f"/{path}").json
        [entry] = found["entry"]
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
        assert found["link"] == [{"relation": "self", "url": f"{FHIR}/{path}"}]
    body = {"resourceType": "Parameters", "parameter": [{"name": "status", "valueCode": "active"}]}
    asked = world.soc.ask("POST", "/Subscription/$status", body=body).json
    assert asked["link"][0]["url"] == f"{FHIR}/Subscription/$status?status=active"
