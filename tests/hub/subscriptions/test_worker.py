"""From a change to a subscriber's endpoint, through the outbox, on both databases."""

import threading

import pytest
from sqlalchemy import func, select, update

from hub.record.clients.registry import suspend
from hub.record.db.store import open_store
from hub.record.notifications.compose import compose
from hub.record.notifications.fanout import fan_out
from hub.record.notifications.queue import LEASE, claim, purge_notices
from hub.record.tables import client, notice, outbox, trace
from hub.subscriptions.delivery import deliver
from hub.subscriptions.worker import Job, run_due_jobs, run_until_stopped
from tests.conftest import SEAL_KEYS
from tests.hub.subscriptions.conftest import BACKPORT, DELAYS, FHIR, PLAN_TOPIC, watch
from tests.hub.subscriptions.receiver import Receiver
from tests.territory import PERSON, of_domain


def count(store, table):
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_a_change_is_told_once_with_its_number(scene):
    name = scene.subscribe("ccas")
    task = scene.add_task("t1")
    at = scene.store.now()
    scene.work()
    (told,) = scene.receiver.received
    assert (told.kind, told.numbers, told.focuses) == ("event-notification", [1], [task])
    assert scene.open("ccas").standing(name).events == 1
    scene.work()
    assert len(scene.receiver.received) == 1
    assert count(scene.store, outbox) == 0
    with scene.store.read() as connection:
        (row,) = connection.execute(select(trace).where(trace.c.action == "notify"))
    assert (row.client, row.party, row.role, row.shown, row.at) == ("test-ccas", "Organization/ccas", "ccas", task, at)


def test_the_handshake_comes_first_and_tells_nothing(scene):
    task = scene.add_task("t1")
    scene.pass_time()
    name = scene.open("ccas").create(watch()).name
    assert scene.open("ccas").standing(name).status == "requested"
    scene.work()
    (told,) = scene.receiver.received
    assert (told.kind, told.numbers) == ("handshake", [])
    assert task.encode() not in told.body and PERSON.encode() not in told.body
    assert scene.open("ccas").standing(name).status == "active"


@pytest.mark.parametrize("said", [404, 500, 301, "unreachable", "refused"])
def test_a_handshake_that_fails_ends_in_error(scene, said):
    scene.receiver.answers = [said]
    name = scene.open("ccas").create(watch()).name
    scene.work()
    standing = scene.open("ccas").standing(name)
    assert (standing.status, standing.fault) == ("error", "handshake-failed")
    scene.add_task("t1")
    scene.work()
    assert len(scene.receiver.received) == 1


def test_who_asks_again_is_told_what_it_missed(scene):
    scene.receiver.answers = [500]
    record = scene.open("ccas")
    made = record.create(watch())
    scene.work()
    task = scene.add_task("t1")
    scene.work()
    seen = record.read(made.name)
    record.edit(made.name, watch() | {"id": made.name.partition("/")[2]}, seen.version)
    scene.work()
    assert [one.kind for one in scene.receiver.received] == ["handshake", "handshake", "event-notification"]
    assert scene.receiver.received[-1].focuses == [task]


def test_what_is_hidden_is_no_event_and_leaves_no_gap(scene):
    scene.subscribe("ccas")
    psychiatric = {"requester": "Organization/cmp", "extension": [of_domain("psy")]}
    first = scene.add_task("t1")
    hidden = scene.add_task("p1", "Organization/cmp", **psychiatric)
    scene.pass_time()
    scene.here.change(hidden, description="suite")
    second = scene.add_task("t2")
    scene.work()
    (told,) = scene.receiver.notifications()
    assert (told.focuses, told.numbers) == ([first, second], [1, 2])


def test_a_change_of_hidden_parts_alone_is_no_event(scene):
    plan = scene.here.write(
        {
            "resourceType": "CarePlan",
            "id": "plan",
            "status": "active",
            "intent": "plan",
            "subject": {"reference": PERSON},
            "title": "Plan fictif",
        }
    )
    scene.subscribe("ccas", topic=PLAN_TOPIC)
    scene.subscribe("medecin_traitant", topic=PLAN_TOPIC, endpoint="http://127.0.0.1:9/gp")
    scene.pass_time()
    scene.here.change(plan, note=[{"text": "pour les soignants"}], addresses=None)
    scene.work()
    by_endpoint = {one.url.rpartition("/")[2]: one.focuses for one in scene.receiver.notifications()}
    sees = {
        path: b"soignants" in scene.open(role).read(plan).body
        for role, path in (("ccas", "hook"), ("medecin_traitant", "gp"))
    }
    assert sees == {"hook": False, "gp": True}
    assert by_endpoint == {"gp": [plan]}


def test_a_right_that_comes_later_does_not_turn_hidden_changes_into_events(scene):
    """The slice's own time moves with rights, so it cannot be what decides."""
    psychiatric = {"requester": "Organization/cmp", "extension": [of_domain("psy")]}
    hidden = scene.add_task("p1", "Organization/cmp", **psychiatric)
    task = scene.add_task("t1")
    scene.subscribe("ccas")
    scene.pass_time()
    scene.here.consent("permit", "Organization/ccas")
    scene.pass_time()
    scene.here.change(hidden, description="suite")
    scene.work()
    assert scene.receiver.notifications() == []
    scene.pass_time()
    scene.here.change(task, priority="urgent")
    scene.work()
    assert [one.focuses for one in scene.receiver.notifications()] == [[task]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Task?owner=Organization/ccas", True),
        ("Task?owner=Organization/ssiad", False),
        (f"Task?owner={FHIR}/Organization/ccas&status=requested,accepted", True),
        ("Task?status=completed", False),
        (f"Task?patient={PERSON}", True),
    ],
)
def test_filters_are_met_by_the_slice(scene, text, told):
    scene.subscribe("ccas", text)
    scene.add_task("t1")
    scene.work()
    assert len(scene.receiver.notifications()) == told


def test_a_message_holds_no_more_than_was_asked(scene):
    limit = [{"url": f"{BACKPORT}backport-max-count", "valuePositiveInt": 2}]
    scene.subscribe("ccas", extension=limit)
    tasks = [scene.add_task(f"t{number}") for number in range(5)]
    scene.work()
    told = scene.receiver.notifications()
    assert [one.numbers for one in told] == [[1, 2], [3, 4], [5]]
    assert [name for one in told for name in one.focuses] == tasks
    assert len({one.id for one in told}) == 3


def test_empty_content_names_nothing(scene):
    scene.subscribe("ccas", content="empty")
    scene.add_task("t1")
    scene.work()
    (told,) = scene.receiver.notifications()
    assert (told.numbers, told.focuses) == ([1], [])
    assert b"Task/" not in told.body


def test_a_failed_delivery_is_tried_again_with_the_same_id_then_suspended(scene):
    name = scene.subscribe("ccas")
    scene.receiver.answers = [500, "too-slow", 503]
    scene.add_task("t1")
    scene.work()
    for delay in DELAYS:
        told = len(scene.receiver.received)
        scene.pass_time(delay - 2)
        scene.work()
        assert len(scene.receiver.received) == told
        scene.pass_time(2)
        scene.work()
        assert len(scene.receiver.received) == told + 1
    assert len({one.id for one in scene.receiver.received}) == 1
    assert {tuple(one.numbers) for one in scene.receiver.received} == {(1,)}
    standing = scene.open("ccas").standing(name)
    assert (standing.status, standing.fault, standing.events) == ("error", "delivery-failed", 1)
    assert b'"error":"Notifications could not be delivered' in scene.open("ccas").read(name).body


def test_what_comes_while_the_endpoint_is_down_waits_for_its_turn(scene):
    scene.subscribe("ccas")
    scene.receiver.answers = [500]
    first, second = scene.add_task("t1"), None
    scene.work()
    second = scene.add_task("t2")
    scene.work()
    assert len(scene.receiver.received) == 1
    scene.pass_time(DELAYS[0])
    scene.work()
    assert [one.focuses for one in scene.receiver.received] == [[first], [first], [second]]
    assert [one.numbers for one in scene.receiver.received] == [[1], [1], [2]]


def test_an_endpoint_that_is_gone_is_let_go(scene):
    name = scene.subscribe("ccas")
    scene.receiver.answers = [410]
    scene.add_task("t1")
    scene.work()
    standing = scene.open("ccas").standing(name)
    assert (standing.status, standing.fault) == ("off", "endpoint-gone")


@pytest.mark.parametrize("between", ["event and taking", "taking and delivery", "two attempts"])
def test_nothing_is_sent_of_what_is_withdrawn_meanwhile(scene, between):
    scene.subscribe("ccas")
    task = scene.add_task("t1", "Organization/saad")
    if between == "taking and delivery":
        assert fan_out(scene.store, FHIR)
    if between == "two attempts":
        scene.receiver.answers = [500]
        scene.work()
        scene.receiver.received.clear()
    scene.pass_time()
    scene.here.consent("deny", "Organization/ccas")
    scene.pass_time(DELAYS[0])
    scene.work()
    assert all(task.encode() not in one.body for one in scene.receiver.received)
    assert scene.receiver.received == []


def test_a_withdrawal_before_the_first_attempt_leaves_no_gap(scene):
    scene.subscribe("ccas")
    scene.add_task("t1", "Organization/saad")
    fan_out(scene.store, FHIR)
    scene.pass_time()
    scene.here.consent("deny", "Organization/ccas", id="refus")
    scene.work()
    scene.pass_time()
    scene.here.change("Consent/refus", status="inactive")
    seen = scene.add_task("t2")
    scene.work()
    (told,) = scene.receiver.notifications()
    assert (told.numbers, told.focuses) == ([1], [seen])


def _suspended(scene):
    suspend(scene.store, "test-ccas")


def _other_role(scene):
    with scene.store.write() as connection:
        connection.execute(update(client).where(client.c.client_id == "test-ccas").values(role="ssiad"))


def _fewer_scopes(scene):
    with scene.store.write() as connection:
        wanted = {"scopes": "system/CarePlan.rs system/Subscription.cruds"}
        connection.execute(update(client).where(client.c.client_id == "test-ccas").values(**wanted))


@pytest.mark.parametrize("revoke", [_suspended, _other_role, _fewer_scopes])
@pytest.mark.parametrize("taken", [False, True])
def test_revoked_rights_end_deliveries(scene, revoke, taken):
    name = scene.subscribe("ccas")
    scene.add_task("t1")
    if taken:
        fan_out(scene.store, FHIR)
    revoke(scene)
    scene.work()
    assert scene.receiver.received == []
    standing = scene.open("ccas").standing(name)
    assert (standing.status, standing.fault) == ("off", "subscription-revoked")


def test_a_token_s_scopes_bind_as_long_as_the_subscription(scene):
    narrow = scene.open("ccas", scopes=("system/CarePlan.rs", "system/Subscription.cruds"))
    name = narrow.create(watch(PLAN_TOPIC)).name
    scene.work()
    with scene.store.write() as connection:
        connection.execute(update(client).where(client.c.client_id == "test-ccas").values(scopes="system/Task.rs"))
    scene.work()
    assert scene.open("ccas").standing(name).status == "off"


def test_it_ends_when_its_end_has_come(scene):
    name = scene.subscribe("ccas", end="2026-11-21T09:00:00Z")
    scene.pass_time(3600)
    scene.add_task("t1")
    scene.work()
    assert scene.receiver.received == []
    assert scene.open("ccas").standing(name).fault == "subscription-ended"


def test_heartbeats(scene):
    beat = [{"url": f"{BACKPORT}backport-heartbeat-period", "valueUnsignedInt": 60}]
    scene.subscribe("ccas", extension=beat)
    for _ in range(3):
        scene.pass_time(60)
        scene.work()
    assert [one.kind for one in scene.receiver.received] == ["heartbeat"] * 3


def test_a_worker_that_dies_after_sending_is_followed_by_the_same_message(scene):
    scene.subscribe("ccas")
    task = scene.add_task("t1")
    fan_out(scene.store, FHIR)

    class Died(BaseException):
        pass

    class Dying(Receiver):
        def post(self, *told):
            super().post(*told)
            raise Died

    dying = Dying()
    with pytest.raises(Died):
        deliver(scene.store, dying, FHIR, DELAYS)
    other = scene.add_task("t2")
    scene.work()
    assert scene.receiver.received == []  # it is the dead worker's for a while
    scene.pass_time(LEASE // 1_000_000)
    scene.work()
    again, after = scene.receiver.received
    (first,) = dying.received
    assert (
        (again.id, again.numbers, again.focuses) == (first.id, first.numbers, first.focuses) == (again.id, [1], [task])
    )
    assert (after.numbers, after.focuses) == ([2], [other])


def test_a_worker_that_dies_before_sending_loses_nothing(scene):
    scene.subscribe("ccas")
    task = scene.add_task("t1")
    fan_out(scene.store, FHIR)
    compose(scene.store, claim(scene.store), FHIR)
    scene.pass_time(LEASE // 1_000_000)
    scene.work()
    assert [(one.numbers, one.focuses) for one in scene.receiver.received] == [([1], [task])]


def test_changes_that_a_dead_worker_had_taken_are_taken_again(scene, monkeypatch):
    scene.subscribe("ccas")
    task = scene.add_task("t1")

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("hub.record.notifications.fanout._put", dies)
        with pytest.raises(KeyboardInterrupt):
            fan_out(scene.store, FHIR)
    scene.work()
    assert scene.receiver.received == []
    scene.pass_time(60)
    scene.work()
    assert [one.focuses for one in scene.receiver.received] == [[task]]


def test_one_that_comes_back_late_settles_nothing(scene):
    """A worker that slept over its lease learns nothing any more about what another sent meanwhile."""
    name = scene.subscribe("ccas")
    scene.add_task("t1")
    fan_out(scene.store, FHIR)

    class Sleeping(Receiver):
        def post(self, *told):
            scene.pass_time(LEASE // 1_000_000)
            scene.work()
            super().post(*told)
            return 500

    deliver(scene.store, Sleeping(), FHIR, DELAYS)
    assert [one.numbers for one in scene.receiver.received] == [[1]]
    scene.add_task("t2")
    scene.work()
    assert [one.numbers for one in scene.receiver.received] == [[1], [2]]
    assert scene.open("ccas").standing(name).status == "active"


def test_several_workers_tell_each_change_once(scene, database):
    scene.subscribe("ccas")
    scene.subscribe("medecin_traitant", endpoint="http://127.0.0.1:9/gp")
    tasks = [scene.add_task(f"t{number}") for number in range(8)]
    stores = [
        open_store(database, SEAL_KEYS, durable=False, now=scene.store.now, new_id=scene.store.new_id) for _ in range(3)
    ]
    receiver, faults = Receiver(), []

    def run(store):
        try:
            for _ in range(12):
                fan_out(store, FHIR)
                deliver(store, receiver, FHIR, DELAYS)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.dispose()
    assert faults == []
    for path in ("hook", "gp"):
        mine = [one for one in receiver.received if one.url.endswith(path)]
        assert sorted(number for one in mine for number in one.numbers) == list(range(1, 9)), path
        assert sorted(name for one in mine for name in one.focuses) == sorted(tasks), path


def test_old_notices_are_forgotten(scene):
    name = scene.subscribe("ccas")
    scene.add_task("t1")
    scene.work()
    assert (purge_notices(scene.store, scene.store.now()), count(scene.store, notice)) == (0, 1)
    scene.pass_time(31 * 24 * 3600)
    scene.work()
    assert count(scene.store, notice) == 0
    assert scene.open("ccas").standing(name).events == 1


def test_without_subscribers_the_outbox_empties_itself(scene):
    scene.add_task("t1")
    assert count(scene.store, outbox)
    scene.work()
    assert (count(scene.store, outbox), count(scene.store, notice)) == (0, 0)


def test_one_job_that_fails_keeps_no_other_waiting():
    done, failures = [], []

    def fails():
        raise RuntimeError("what it says stays here")

    jobs = [
        Job("broken", fails),
        Job("other", lambda: done.append(1) or 1),
        Job("rare", lambda: done.append(2) or 1, 10),
    ]
    clock = iter(range(100))
    for _ in range(2):
        assert (
            run_due_jobs(jobs, lambda: next(clock) // 10, lambda name, fault: failures.append((name, type(fault)))) >= 1
        )
    assert failures == [("broken", RuntimeError)] * 2
    assert done == [1, 2, 1]


def test_a_worker_stops_when_it_is_asked():
    stop, turns = threading.Event(), []

    def job():
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        return 1

    run_until_stopped([Job("job", job)], lambda: 0, lambda *_: None, stop)
    assert len(turns) == 3
