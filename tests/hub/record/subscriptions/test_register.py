"""A Subscription through the record's door: what is kept, what is not, and whose it is."""

import json

import pytest
from sqlalchemy import select

from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.clients.allowed_hosts import allow_host, forbid_host, list_allowed_hosts
from hub.record.repository.subscriptions import SubscriptionMixin
from hub.record.subscriptions.secrets import open_headers
from hub.record.tables import notice, subscription
from tests.hub.subscriptions.conftest import PLAN_TOPIC, TASK_TOPIC, build_subscription, scene

__all__ = ["scene"]
SECRET = "https://maillage.example/fhir/StructureDefinition/webhook-secret"


def seen(record, name):
    found = record.read(name)
    return found, json.loads(found.body)


def again(record, name, **changes):
    """PUT of what is read, with `changes`."""
    found, resource = seen(record, name)
    return record.edit(name, resource | changes, found.version)


def row(scene, name):
    with scene.store.read() as connection:
        return connection.execute(select(subscription).where(subscription.c.name == name)).one_or_none()


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_the_secret_is_told_once_and_headers_never(scene):
    record = scene.open("ccas")
    made = record.create(build_subscription(header=["Authorization: Bearer x"]))
    told = json.loads(made.body)
    (secret,) = [one["valueString"] for one in told["channel"]["extension"] if one["url"] == SECRET]
    assert secret.startswith("whsec_") and len(secret) > 40
    kept = seen(record, made.name)[1]
    assert "header" not in kept["channel"] and "extension" not in kept["channel"]
    stored = row(scene, made.name)
    assert open_headers(stored.headers, made.name, scene.store.seal_keys) == ("Authorization: Bearer x",)
    assert b"Bearer" not in stored.headers and secret.encode() not in str(stored).encode()
    # Who sends back what it was told keeps what it has.
    record.edit(made.name, told, made.version)
    assert "extension" not in seen(record, made.name)[1]["channel"]
    assert row(scene, made.name).headers == stored.headers


def test_the_status_is_the_hub_s_to_say(scene):
    record = scene.open("ccas")
    name = record.create(build_subscription(status="active")).name
    assert seen(record, name)[1]["status"] == "requested"
    with pytest.raises(Invalid) as refused:
        again(record, name, status="active")
    assert codes(refused) == ["subscription-status"]
    assert json.loads(again(record, name, status="off").body)["status"] == "off"
    scene.add_task("t1")
    scene.work()
    assert scene.receiver.received == []
    assert json.loads(again(record, name, status="requested").body)["status"] == "requested"
    scene.work()
    # What changed while it was off is not told.
    assert [one.kind for one in scene.receiver.received] == ["handshake"]


def test_other_terms_need_another_handshake_and_the_same_ones_do_not(scene):
    name = scene.subscribe("ccas")
    record = scene.open("ccas")
    again(record, name, reason="autre motif")
    scene.work()
    assert scene.receiver.received == []
    channel = seen(record, name)[1]["channel"] | {"endpoint": "http://127.0.0.1:9/other"}
    assert json.loads(again(record, name, channel=channel).body)["status"] == "requested"
    scene.work()
    assert [(one.kind, one.url) for one in scene.receiver.received] == [("handshake", "http://127.0.0.1:9/other")]


def test_another_topic_takes_away_what_waited(scene):
    name = scene.subscribe("ccas")
    scene.receiver.answers = [500]
    scene.add_task("t1")
    scene.work()
    again(scene.open("ccas"), name, criteria=PLAN_TOPIC)
    with scene.store.read() as connection:
        assert list(connection.execute(select(notice))) == []


def test_who_is_gone_is_gone(scene):
    name = scene.subscribe("ccas")
    scene.receiver.answers = [500]
    scene.add_task("t1")
    scene.work()
    record = scene.open("ccas")
    version = record.read(name).version
    with pytest.raises(Conflict):
        record.delete(name, "a" * 52)
    record.delete(name, version)
    for ask in (record.read, record.history, record.get_status, lambda one: record.delete(one, None)):
        with pytest.raises(NotFound):
            ask(name)
    assert record.search("Subscription", []).slices == []
    assert row(scene, name) is None
    scene.receiver.received.clear()
    scene.pass_time(3600)
    scene.work()
    assert scene.receiver.received == []


def test_only_a_subscription_is_ever_deleted(scene):
    task = scene.add_task("t1")
    with pytest.raises(NotFound):
        scene.open("ccas").delete(task, None)
    with pytest.raises(Refused):
        scene.open("ccas", scopes=("system/Subscription.crus",)).delete("Subscription/x", None)
    with pytest.raises(NotFound):
        scene.open("medecin_traitant").delete(scene.subscribe("ccas"), None)


def test_a_topic_of_what_one_may_not_read_is_none(scene):
    narrow = scene.open("ccas", scopes=("system/Subscription.cruds", "system/CarePlan.rs"))
    with pytest.raises(Invalid) as refused:
        narrow.create(build_subscription(TASK_TOPIC))
    assert codes(refused) == ["subscription-topic"]
    assert narrow.create(build_subscription(PLAN_TOPIC)).name


def test_outside_the_demo_a_host_is_the_operator_s_to_allow(scene):
    record = SubscriptionMixin(scene.store, scene.here.actor("ccas"), "https://hub.example/fhir")
    asked = build_subscription(endpoint="https://partner.example/hook")
    with pytest.raises(Invalid) as refused:
        record.create(asked)
    assert codes(refused) == ["endpoint-not-registered"]
    allow_host(scene.store, "test-ccas", "Partner.example")
    assert list_allowed_hosts(scene.store) == [("test-ccas", "partner.example")]
    assert record.create(asked).name
    with pytest.raises(Conflict):
        allow_host(scene.store, "test-ccas", "partner.example")
    with pytest.raises(NotFound):
        allow_host(scene.store, "nobody", "partner.example")
    with pytest.raises(Invalid):
        allow_host(scene.store, "test-ccas", "10.0.0.1")
    with pytest.raises(Invalid):
        record.create(build_subscription())
    forbid_host(scene.store, "test-ccas", "partner.example")
    with pytest.raises(NotFound):
        forbid_host(scene.store, "test-ccas", "partner.example")


def test_other_roles_of_the_organisation_see_none_of_it(scene):
    name = scene.subscribe("gestionnaire")
    desk = scene.open("guichet")
    for ask in (desk.read, desk.history, desk.get_status, lambda one: desk.delete(one, None)):
        with pytest.raises(NotFound):
            ask(name)
    assert desk.search("Subscription", []).slices == []
    assert desk.list_statuses() == []
