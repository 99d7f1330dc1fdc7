"""Keys of clients: which count when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.domain.errors import Conflict, NotFound
from hub.record.clients.keys import ClientKey, rotate
from hub.record.clients.registry import find, register
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.partners import SSIAD

HOUR = 3_600_000_000
KEYS = [ClientKey(f"k{number}", "ES384", '{"kty": "EC"}') for number in range(4)]


def kids(store: Store) -> list[str]:
    found = find(store, "ssiad")
    assert found is not None
    return [key.kid for key in found.keys]


@pytest.fixture(autouse=True)
def registered(store: Store, clock: FakeClock) -> None:
    register(store, replace(SSIAD, keys=(KEYS[0],)))
    clock.tick(1)


def test_the_former_key_counts_until_the_change_is_over(store: Store, clock: FakeClock) -> None:
    rotate(store, "ssiad", KEYS[1:2], HOUR)
    assert kids(store) == ["k0", "k1"]
    clock.tick(3_599_999.999)
    assert kids(store) == ["k0", "k1"]
    clock.tick(0.001)
    assert kids(store) == ["k1"]


def test_without_overlap_the_former_key_counts_no_more(store: Store) -> None:
    rotate(store, "ssiad", KEYS[1:3], 0)
    assert kids(store) == ["k1", "k2"]


def test_a_key_that_goes_already_goes_no_later(store: Store, clock: FakeClock) -> None:
    rotate(store, "ssiad", KEYS[1:2], HOUR)
    clock.tick(1)
    rotate(store, "ssiad", KEYS[2:3], 2 * HOUR)
    assert kids(store) == ["k0", "k1", "k2"]
    clock.tick(3_599_999)
    assert kids(store) == ["k1", "k2"]


def test_a_kid_is_used_once_and_a_rotation_that_fails_changes_nothing(store: Store) -> None:
    rotate(store, "ssiad", KEYS[1:2], 0)
    for taken in (KEYS[0], KEYS[1]):
        with pytest.raises(Conflict, match="key-known"):
            rotate(store, "ssiad", [KEYS[3], taken], 0)
    assert kids(store) == ["k1"]


def test_a_client_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        rotate(store, "nobody", KEYS[1:2], HOUR)
