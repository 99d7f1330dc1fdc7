"""From a change to a subscriber's endpoint, through the outbox, on both databases."""

from tests.hub.subscriptions.conftest import *


def test_smoke(scene):
    name = scene.subscribe("ccas")
    assert scene.open("ccas").standing(name).status == "active"
    t = scene.add_task("t1")
    scene.work()
    (one,) = scene.receiver.notifications()
    assert one.focuses == [t] and one.numbers == [1]
