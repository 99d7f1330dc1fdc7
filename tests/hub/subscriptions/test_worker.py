"""From a change to a subscriber's endpoint, through the outbox, on both databases."""

import threading

import pytest
from sqlalchemy import func, select, update

from hub.outgoing import Unsent
from hub.outgoing.fetcher import TOTAL_SECONDS
from hub.record.clients.registry import suspend
from hub.record.db.clock import instant
from hub.record.db.store import open_store
from hub.record.notifications import compose as compose_module
from hub.record.notifications import fanout
from hub.record.notifications.compose import compose
from hub.record.notifications.fanout import fan_out, read_last_change
from hub.record.notifications.queue import LEASE, claim, purge_notices
from hub.record.tables import client, notice, outbox, trace
from hub.subscriptions import delivery_pool, worker
from hub.subscriptions.delivery import deliver
from hub.subscriptions.worker import Job, list_notification_jobs, run_due_jobs, run_until_stopped
from tests.conftest import SEAL_KEYS
from tests.contracts.cases import leak
from tests.hub.subscriptions.conftest import BACKPORT, DELAYS, FHIR, PLAN_TOPIC, build_subscription
from tests.hub.subscriptions.receiver import Receiver
from tests.territory import PERSON, of_domain, task


def count(store, table):
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_a_change_is_sent_once_with_its_number(scene):
    name = scene.subscribe("ccas")
    task = scene.add_task("t1")
    at = scene.store.now()
    scene.work()
    (message,) = scene.receiver.received
    assert (message.kind, message.numbers, message.focuses) == ("event-notification", [1], [task])
    assert scene.open("ccas").get_status(name).events == 1
    scene.work()
    assert len(scene.receiver.received) == 1
    assert count(scene.store, outbox) == 0
    with scene.store.read() as connection:
        (row,) = connection.execute(select(trace).where(trace.c.action == "notify"))
    assert (row.client, row.party, row.role, row.shown, row.at) == ("test-ccas", "Organization/ccas", "ccas", task, at)


def test_the_handshake_comes_first_and_has_no_content(scene):
    task = scene.add_task("t1")
    scene.pass_time()
    name = scene.open("ccas").create(build_subscription()).name
    assert scene.open("ccas").get_status(name).status == "requested"
    scene.work()
    (message,) = scene.receiver.received
    assert (message.kind, message.numbers) == ("handshake", [])
    assert task.encode() not in message.body and PERSON.encode() not in message.body
    assert scene.open("ccas").get_status(name).status == "active"


@pytest.mark.parametrize("answer", [404, 500, 301, "unreachable", "refused"])
def test_f_7_a_handshake_is_tried_again_as_deliveries_are_and_ends_in_error(scene, answer):
    scene.receiver.answers = [answer] * (1 + len(DELAYS))
    name = scene.open("ccas").create(build_subscription()).name
    for number, seconds in enumerate((0, *DELAYS), start=1):
        scene.pass_time(seconds)
        scene.work()
        assert len(scene.receiver.received) == number
        assert scene.open("ccas").get_status(name).status == ("error" if number > len(DELAYS) else "requested")
    assert scene.open("ccas").get_status(name).fault == "handshake-failed"
    scene.add_task("t1")
    scene.work()
    assert len(scene.receiver.received) == 1 + len(DELAYS)


def test_f_7_one_refused_handshake_is_not_the_end(scene):
    scene.receiver.answers = [503]
    name = scene.open("ccas").create(build_subscription()).name
    scene.work()
    scene.pass_time(DELAYS[0])
    scene.work()
    assert scene.open("ccas").get_status(name).status == "active"
    task = scene.add_task("t1")
    scene.work()
    assert scene.receiver.received[-1].focuses == [task]


def test_f_7_a_killed_worker_keeps_its_subscriptions_for_less_than_half_a_minute():
    assert 2 * TOTAL_SECONDS < LEASE / 1_000_000 < 30
    assert fanout.LEASE / 1_000_000 < 30


class SlowReceiver(Receiver):
    """An endpoint for every host: `slow` ones give no answer for as long as `is_open` is not set."""

    def __init__(self):
        super().__init__()
        self.is_open, self.slow = threading.Event(), 0

    def post(self, url, body, headers, seconds):
        if "/slow" in url:
            self.slow += 1
            self.is_open.wait(20)
            raise Unsent("too-slow")
        return super().post(url, body, headers, seconds)


@leak(kills="the slow endpoints of a host take all threads")
def test_f_7_slow_subscribers_do_not_delay_a_healthy_one(scene, monkeypatch):
    """Five endpoints of one host never answer: one thread waits for them, and the others are told at once."""
    monkeypatch.setattr(delivery_pool, "_ROUND_SECONDS", 0.05)
    slow = [scene.subscribe("medecin_traitant", endpoint=f"http://127.0.0.1:8/slow{number}") for number in range(5)]
    scene.subscribe("ccas")
    task = scene.add_task("t1")
    receiver = SlowReceiver()
    jobs = list_notification_jobs(scene.store, receiver, FHIR, DELAYS, 30)
    for _ in range(3):
        for job in jobs:
            job.run()
    assert [message.focuses for message in receiver.received] == [[task]]
    assert receiver.slow == 1
    receiver.is_open.set()
    for _ in range(3):
        for job in jobs:
            job.run()
    # It timed out: the others at its host wait.
    assert receiver.slow == 1
    jobs[2].finish()
    assert {scene.open("medecin_traitant").get_status(name).status for name in slow} == {"active"}


def test_f_7_a_delivery_that_fails_in_the_hub_fails_its_job(scene, monkeypatch):
    scene.subscribe("ccas")
    scene.add_task("t1")
    monkeypatch.setattr("hub.subscriptions.delivery.close", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        scene.work()


def test_a_subscription_requested_again_gets_what_it_missed(scene):
    scene.receiver.answers = [500] * (1 + len(DELAYS))
    record = scene.open("ccas")
    created = record.create(build_subscription())
    for seconds in (0, *DELAYS):
        scene.pass_time(seconds)
        scene.work()
    scene.receiver.received.clear()
    task = scene.add_task("t1")
    scene.work()
    current = record.read(created.name)
    record.edit(created.name, build_subscription() | {"id": created.name.partition("/")[2]}, current.version)
    scene.work()
    assert [message.kind for message in scene.receiver.received] == ["handshake", "event-notification"]
    assert scene.receiver.received[-1].focuses == [task]


def test_a_hidden_change_is_no_event_and_leaves_no_gap(scene):
    scene.subscribe("ccas")
    psychiatric = {"requester": "Organization/cmp", "extension": [of_domain("psy")]}
    first = scene.add_task("t1")
    hidden = scene.add_task("p1", "Organization/cmp", **psychiatric)
    scene.pass_time()
    scene.here.change(hidden, description="suite")
    second = scene.add_task("t2")
    scene.work()
    (message,) = scene.receiver.notifications()
    assert (message.focuses, message.numbers) == ([first, second], [1, 2])


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
    by_endpoint = {message.url.rpartition("/")[2]: message.focuses for message in scene.receiver.notifications()}
    sees = {
        path: b"soignants" in scene.open(role).read(plan).body
        for role, path in (("ccas", "hook"), ("medecin_traitant", "gp"))
    }
    assert sees == {"hook": False, "gp": True}
    assert by_endpoint == {"gp": [plan]}


def test_a_right_that_comes_later_does_not_turn_hidden_changes_into_events(scene):
    """The time of the slice changes with rights, so it cannot decide."""
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
    assert [message.focuses for message in scene.receiver.notifications()] == [[task]]


@pytest.mark.parametrize(
    ("text", "is_sent"),
    [
        ("Task?owner=Organization/ccas", True),
        ("Task?owner=Organization/ssiad", False),
        (f"Task?owner={FHIR}/Organization/ccas&status=requested,accepted", True),
        ("Task?status=completed", False),
        (f"Task?patient={PERSON}", True),
    ],
)
def test_filters_apply_to_the_slice(scene, text, is_sent):
    scene.subscribe("ccas", text)
    scene.add_task("t1")
    scene.work()
    assert len(scene.receiver.notifications()) == is_sent


def test_a_message_has_no_more_events_than_max_count(scene):
    limit = [{"url": f"{BACKPORT}backport-max-count", "valuePositiveInt": 2}]
    scene.subscribe("ccas", extension=limit)
    tasks = [scene.add_task(f"t{number}") for number in range(5)]
    scene.work()
    messages = scene.receiver.notifications()
    assert [message.numbers for message in messages] == [[1, 2], [3, 4], [5]]
    assert [name for message in messages for name in message.focuses] == tasks
    assert len({message.id for message in messages}) == 3


def test_empty_content_has_no_references(scene):
    scene.subscribe("ccas", content="empty")
    scene.add_task("t1")
    scene.work()
    (message,) = scene.receiver.notifications()
    assert (message.numbers, message.focuses) == ([1], [])
    assert b"Task/" not in message.body


def test_a_failed_delivery_is_tried_again_with_the_same_id_then_suspended(scene):
    name = scene.subscribe("ccas")
    scene.receiver.answers = [500, "too-slow", 503]
    scene.add_task("t1")
    scene.work()
    for delay in DELAYS:
        count_before = len(scene.receiver.received)
        scene.pass_time(delay - 2)
        scene.work()
        assert len(scene.receiver.received) == count_before
        scene.pass_time(2)
        scene.work()
        assert len(scene.receiver.received) == count_before + 1
    assert len({message.id for message in scene.receiver.received}) == 1
    assert {tuple(message.numbers) for message in scene.receiver.received} == {(1,)}
    standing = scene.open("ccas").get_status(name)
    assert (standing.status, standing.fault, standing.events) == ("error", "delivery-failed", 1)
    assert b'"error":"Notifications could not be delivered' in scene.open("ccas").read(name).body


def test_changes_while_the_endpoint_is_down_wait_in_order(scene):
    scene.subscribe("ccas")
    scene.receiver.answers = [500]
    first, second = scene.add_task("t1"), None
    scene.work()
    second = scene.add_task("t2")
    scene.work()
    assert len(scene.receiver.received) == 1
    scene.pass_time(DELAYS[0])
    scene.work()
    assert [message.focuses for message in scene.receiver.received] == [[first], [first], [second]]
    assert [message.numbers for message in scene.receiver.received] == [[1], [1], [2]]


def test_a_410_ends_the_subscription(scene):
    name = scene.subscribe("ccas")
    scene.receiver.answers = [410]
    scene.add_task("t1")
    scene.work()
    standing = scene.open("ccas").get_status(name)
    assert (standing.status, standing.fault) == ("off", "endpoint-gone")


@pytest.mark.parametrize("between", ["event and taking", "taking and delivery", "two attempts"])
def test_nothing_is_sent_that_was_withdrawn_meanwhile(scene, between):
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
    assert all(task.encode() not in message.body for message in scene.receiver.received)
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
    second = scene.add_task("t2")
    scene.work()
    (message,) = scene.receiver.notifications()
    assert (message.numbers, message.focuses) == ([1], [second])


def _suspend_client(scene):
    suspend(scene.store, "test-ccas")


def _change_role(scene):
    with scene.store.write() as connection:
        connection.execute(update(client).where(client.c.client_id == "test-ccas").values(role="ssiad"))


def _narrow_scopes(scene):
    with scene.store.write() as connection:
        scopes = {"scopes": "system/CarePlan.rs system/Subscription.cruds"}
        connection.execute(update(client).where(client.c.client_id == "test-ccas").values(**scopes))


@pytest.mark.parametrize("revoke", [_suspend_client, _change_role, _narrow_scopes])
@pytest.mark.parametrize("is_fanned_out", [False, True])
def test_revoked_rights_end_deliveries(scene, revoke, is_fanned_out):
    name = scene.subscribe("ccas")
    scene.add_task("t1")
    if is_fanned_out:
        fan_out(scene.store, FHIR)
    revoke(scene)
    scene.work()
    assert scene.receiver.received == []
    standing = scene.open("ccas").get_status(name)
    assert (standing.status, standing.fault) == ("off", "subscription-revoked")


def test_the_scopes_of_the_token_limit_the_subscription(scene):
    narrow = scene.open("ccas", scopes=("system/CarePlan.rs", "system/Subscription.cruds"))
    name = narrow.create(build_subscription(PLAN_TOPIC)).name
    scene.work()
    with scene.store.write() as connection:
        connection.execute(update(client).where(client.c.client_id == "test-ccas").values(scopes="system/Task.rs"))
    scene.work()
    assert scene.open("ccas").get_status(name).status == "off"


def test_a_subscription_ends_at_its_end(scene):
    name = scene.subscribe("ccas", end="2026-11-21T09:00:00Z")
    scene.pass_time(3600)
    scene.add_task("t1")
    scene.work()
    assert scene.receiver.received == []
    assert scene.open("ccas").get_status(name).fault == "subscription-ended"


def test_heartbeats(scene):
    beat = [{"url": f"{BACKPORT}backport-heartbeat-period", "valueUnsignedInt": 60}]
    scene.subscribe("ccas", extension=beat)
    for _ in range(3):
        scene.pass_time(60)
        scene.work()
    assert [message.kind for message in scene.receiver.received] == ["heartbeat"] * 3


def test_after_a_worker_dies_the_same_message_is_sent_again(scene):
    scene.subscribe("ccas")
    task = scene.add_task("t1")
    fan_out(scene.store, FHIR)

    class Died(BaseException):
        pass

    class Dying(Receiver):
        def post(self, *arguments):
            super().post(*arguments)
            raise Died

    dying = Dying()
    with pytest.raises(Died):
        deliver(scene.store, dying, FHIR, DELAYS)
    other = scene.add_task("t2")
    scene.work()
    assert scene.receiver.received == []  # the dead worker has the lease for a while
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
    compose(scene.store, claim(scene.store), FHIR, read_last_change(scene.store))
    scene.pass_time(LEASE // 1_000_000)
    scene.work()
    assert [(message.numbers, message.focuses) for message in scene.receiver.received] == [([1], [task])]


def test_changes_that_a_dead_worker_had_taken_are_taken_again(scene, monkeypatch):
    scene.subscribe("ccas")
    task = scene.add_task("t1")

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("hub.record.notifications.fanout._put", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fan_out(scene.store, FHIR)
    scene.work()
    assert scene.receiver.received == []
    scene.pass_time(60)
    scene.work()
    assert [message.focuses for message in scene.receiver.received] == [[task]]


def test_a_worker_that_is_back_after_its_lease_changes_nothing(scene):
    """Its outcome is dropped, since another worker has sent the message meanwhile."""
    name = scene.subscribe("ccas")
    scene.add_task("t1")
    fan_out(scene.store, FHIR)

    class Sleeping(Receiver):
        def post(self, *arguments):
            scene.pass_time(LEASE // 1_000_000)
            scene.work()
            super().post(*arguments)
            return 500

    deliver(scene.store, Sleeping(), FHIR, DELAYS)
    assert [message.numbers for message in scene.receiver.received] == [[1]]
    scene.add_task("t2")
    scene.work()
    assert [message.numbers for message in scene.receiver.received] == [[1], [2]]
    assert scene.open("ccas").get_status(name).status == "active"


def test_several_workers_send_each_change_once(scene, database):
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
        messages = [message for message in receiver.received if message.url.endswith(path)]
        assert sorted(number for message in messages for number in message.numbers) == list(range(1, 9)), path
        assert sorted(name for message in messages for name in message.focuses) == sorted(tasks), path


def test_old_notices_are_deleted(scene):
    name = scene.subscribe("ccas")
    scene.add_task("t1")
    scene.work()
    assert (purge_notices(scene.store, scene.store.now()), count(scene.store, notice)) == (0, 1)
    scene.pass_time(31 * 24 * 3600)
    scene.work()
    assert count(scene.store, notice) == 0
    assert scene.open("ccas").get_status(name).events == 1


def test_without_subscribers_the_outbox_empties_itself(scene):
    scene.add_task("t1")
    assert count(scene.store, outbox)
    scene.work()
    assert (count(scene.store, outbox), count(scene.store, notice)) == (0, 0)


def test_a_failed_job_does_not_delay_the_others():
    runs, failures = [], []

    def fail():
        raise RuntimeError("a value")

    jobs = [
        Job("broken", fail),
        Job("other", lambda: runs.append(1) or 1),
        Job("rare", lambda: runs.append(2) or 1, 10),
    ]
    clock = iter(range(100))
    for _ in range(2):
        assert (
            run_due_jobs(jobs, lambda: next(clock) // 10, lambda name, fault: failures.append((name, type(fault)))) >= 1
        )
    assert failures == [("broken", RuntimeError)] * 2
    assert runs == [1, 2, 1]


def test_a_worker_stops_on_request():
    stop, turns = threading.Event(), []

    def job():
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        return 1

    run_until_stopped([Job("job", job)], lambda: 0, lambda *_: None, stop)
    assert len(turns) == 3


@pytest.mark.parametrize("hidden", [0, 49, 50, 51, 120])
def test_a_6_hidden_changes_between_two_events_never_split_their_message(scene, hidden):
    """`docs/leaks.md` L92: which events share a message is a function of what the subscriber sees."""
    scene.subscribe("ccas")
    scene.add_task("t1")
    for number in range(hidden):
        scene.here.write(task(f"h{number}", "Organization/ssiad", extension=[of_domain("soins-perso")]))
    scene.add_task("t2")
    scene.work(1)
    assert [message.numbers for message in scene.receiver.received] == [[1, 2]]


@pytest.mark.parametrize("hidden", [0, 49, 50, 51, 120])
def test_a_6_who_polls_and_who_is_notified_learn_the_same(scene, hidden):
    """A client that polls by time and page meets the two Tasks of its notice, on one page, whatever happened between them."""
    name = scene.subscribe("ccas")
    began = instant(scene.store.now())
    scene.add_task("t1")
    for number in range(hidden):
        scene.here.write(task(f"h{number}", "Organization/ssiad", extension=[of_domain("soins-perso")]))
    scene.add_task("t2")
    scene.work(1)
    polled = scene.open("ccas").search(
        "Task", [("_lastUpdated", f"gt{began}"), ("_count", "2"), ("_sort", "_lastUpdated")]
    )
    (message,) = scene.receiver.received
    assert [piece.name for piece in polled.slices] == message.focuses == ["Task/t1", "Task/t2"]
    assert (polled.next, scene.open("ccas").get_status(name).events) == (None, 2)
    past = scene.open("ccas").history("Task", [("_since", began)])
    assert sorted(piece.name for piece in past.slices) == message.focuses


def test_a_6_no_message_leaves_while_another_worker_takes_changes(scene, monkeypatch):
    scene.subscribe("ccas")
    scene.add_task("t1")
    monkeypatch.setattr(fanout, "MOST", 1)
    scene.add_task("t2")
    last = read_last_change(scene.store)
    with scene.store.write() as connection:
        # The other worker has the second change in hand.
        connection.execute(update(outbox).where(outbox.c.at == last).values(due=scene.store.now() + fanout.LEASE))
    assert fan_out(scene.store, FHIR, last) > 0
    deliver(scene.store, scene.receiver, FHIR, DELAYS, last)
    assert scene.receiver.received == []
    scene.pass_time(fanout.LEASE // 1_000_000 + 1)
    scene.work(1)
    assert [message.numbers for message in scene.receiver.received] == [[1, 2]]


def test_a_6_put_back_is_noticed(scene, monkeypatch):
    """One batch of changes a round, as before: the message is split."""
    monkeypatch.setattr(worker, "fan_out", fanout._fan_out_some)
    monkeypatch.setattr(compose_module, "holds_changes", lambda *_: False)
    with pytest.raises(AssertionError):
        test_a_6_hidden_changes_between_two_events_never_split_their_message(scene, 60)
