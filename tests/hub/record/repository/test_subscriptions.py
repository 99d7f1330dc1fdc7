"""Standing, events, telling again, a new secret: of one's own."""

import pytest
from standardwebhooks import Webhook

from hub.domain.errors import Conflict, NotFound
from hub.record.repository.subscriptions import Range
from tests.hub.subscriptions.conftest import PLAN_TOPIC, build_subscription, scene

__all__ = ["scene"]


def numbers(found):
    return [event.number for event in found[1]]


def test_one_sees_the_standing_of_one_s_own(scene):
    first, second = scene.subscribe("ccas"), scene.subscribe("ccas", topic=PLAN_TOPIC)
    other = scene.subscribe("medecin_traitant")
    record = scene.open("ccas")
    assert [one.name for one in record.list_statuses()] == sorted([first, second])
    assert [one.name for one in record.list_statuses([second, other])] == [second]
    assert record.list_statuses(statuses=["error", "off"]) == []
    with pytest.raises(NotFound):
        record.get_status(other)


def test_events_are_listed_by_number(scene):
    name = scene.subscribe("ccas")
    for number in range(4):
        scene.add_task(f"t{number}")
    scene.work()
    record = scene.open("ccas")
    assert numbers(record.events(name, Range())) == [1, 2, 3, 4]
    assert numbers(record.events(name, Range(since=2, until=3))) == [2, 3]
    at = record.events(name, Range())[1][2].at
    assert numbers(record.events(name, Range(since_moment=at))) == [3, 4]
    with pytest.raises(NotFound):
        scene.open("medecin_traitant").events(name, Range())


def test_what_is_told_again_has_its_numbers_and_another_id(scene):
    name = scene.subscribe("ccas")
    for number in range(3):
        scene.add_task(f"t{number}")
    scene.work()
    (first,) = scene.receiver.received
    assert scene.open("ccas").resend(name, Range(since=2)) == 2
    scene.work()
    again = scene.receiver.received[-1]
    assert again.numbers == [2, 3] and again.focuses == first.focuses[1:]
    assert again.id != first.id
    assert scene.open("ccas").get_status(name).events == 3


def test_nothing_is_told_again_by_one_that_is_off(scene):
    scene.receiver.answers = [500]
    name = scene.open("ccas").create(build_subscription()).name
    scene.work()
    with pytest.raises(Conflict):
        scene.open("ccas").resend(name, Range())


def test_a_new_secret_signs_beside_the_former_for_a_day(scene, monkeypatch):
    record = scene.open("ccas")
    made = record.create(build_subscription())
    scene.work()
    former = made.body.decode().partition('"whsec_')[2].partition('"')[0]
    fresh = record.renew_secret(made.name)
    assert fresh.removeprefix("whsec_") != former
    scene.add_task("t1")
    scene.work()
    assert signed_by(scene.receiver.received[-1], fresh, monkeypatch)
    assert signed_by(scene.receiver.received[-1], f"whsec_{former}", monkeypatch)
    scene.pass_time(24 * 3600)
    scene.add_task("t2")
    scene.work()
    assert signed_by(scene.receiver.received[-1], fresh, monkeypatch)
    assert not signed_by(scene.receiver.received[-1], f"whsec_{former}", monkeypatch)


def signed_by(received, secret, monkeypatch):
    """Whether the library of others agrees, at the time that the message says."""
    import datetime

    moment = datetime.datetime.fromtimestamp(int(received.headers["webhook-timestamp"]), datetime.UTC)

    class Then(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return moment

    with monkeypatch.context() as patch:
        patch.setattr("standardwebhooks.webhooks.datetime", Then)
        try:
            Webhook(secret).verify(received.body, received.headers)
        except Exception:
            return False
    return True
