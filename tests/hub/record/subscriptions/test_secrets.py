import pytest

from hub.record.subscriptions.secrets import Lost, close, close_headers, draw, open_, open_headers
from tests.hub.subscriptions.conftest import build_subscription, scene

__all__ = ["scene"]
KEY, OTHER = b"k" * 64, b"o" * 64


def test_what_is_sealed_opens_for_its_own_alone():
    sealed = close(b"secret", "secret", "Subscription/a", (KEY,))
    assert b"secret" not in sealed
    assert open_(sealed, "secret", "Subscription/a", (OTHER, KEY)) == b"secret"
    for what, name, keys in (
        ("headers", "Subscription/a", (KEY,)),
        ("secret", "Subscription/b", (KEY,)),
        ("secret", "Subscription/a", (OTHER,)),
    ):
        with pytest.raises(Lost):
            open_(sealed, what, name, keys)


def test_headers_come_back_in_their_order():
    lines = ("X-B: 1", "X-A: é")
    assert open_headers(close_headers(lines, "Subscription/a", (KEY,)), "Subscription/a", (KEY,)) == lines


def test_no_two_secrets_are_alike_and_each_hangs_on_the_key():
    drawn = {
        draw("Subscription/a", "1", (KEY,)),
        draw("Subscription/a", "2", (KEY,)),
        draw("Subscription/b", "1", (KEY,)),
    }
    assert len(drawn | {draw("Subscription/a", "1", (OTHER,))}) == 4
    assert {len(one) for one in drawn} == {32}


def test_a_key_taken_away_too_early_suspends_and_says_why(scene):
    name = scene.subscribe("ccas")
    scene.store.seal_keys = (OTHER,)
    scene.add_task("t1")
    scene.work()
    assert scene.receiver.received == []
    standing = scene.open("ccas").get_status(name)
    assert (standing.status, standing.fault) == ("error", "subscription-key-lost")
    record = scene.open("ccas")
    record.renew_secret(name)
    found = record.read(name)
    again = build_subscription(header=["X-Own: again"]) | {"id": name.partition("/")[2], "status": "requested"}
    record.edit(name, again, found.version)
    scene.work()
    assert [one.kind for one in scene.receiver.received] == ["handshake", "event-notification"]
    assert scene.receiver.received[0].headers["X-Own"] == "again"
