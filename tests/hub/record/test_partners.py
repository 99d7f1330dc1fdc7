"""Registered clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.errors import Conflict, Invalid, NotFound
from hub.record import partners, tokens
from hub.record.partners import ClientKey
from hub.record.store import Store
from hub.record.tables import party_role
from tests.clock import FakeClock
from tests.partners import SSIAD

KEY = ClientKey("k1", "ES384", '{"kty": "EC"}')


def test_register_then_find(store: Store) -> None:
    registered = replace(SSIAD, keys=(KEY,), lenient_update=True, can_introspect=True)
    partners.register(store, registered)
    assert partners.find(store, "ssiad") == registered
    assert partners.everyone(store) == [replace(registered, keys=())]


def test_scopes_are_kept_canonical(store: Store) -> None:
    partners.register(store, replace(SSIAD, scopes=("system/Task.read", "system/Task.rs", "system/Goal.c")))
    found = partners.find(store, "ssiad")
    assert found is not None
    assert found.scopes == ("system/Task.rs", "system/Goal.c")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_id": "a b"}, "client-id"),
        ({"client_id": ""}, "client-id"),
        ({"party": ""}, "client-party"),
        ({"party": "Patient/1"}, "client-party"),
        ({"role": ""}, "client-role"),
        ({"sources": ("two words",)}, "client-source"),
        ({"scopes": ()}, "scope-missing"),
        ({"scopes": ("user/Task.r",)}, "scope-not-system"),
        ({"scopes": ("system/Task.dus",)}, "scope-unknown"),
    ],
)
def test_l121_no_client_without_what_its_tokens_must_say(store: Store, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as raised:
        partners.register(store, replace(SSIAD, **change))
    assert raised.value.problems[0].code == code
    assert partners.everyone(store) == []


def test_a_name_is_taken_once_and_a_failed_registration_leaves_nothing(store: Store) -> None:
    partners.register(store, SSIAD)
    with pytest.raises(Conflict):
        partners.register(store, SSIAD)
    with pytest.raises(Conflict):
        partners.register(store, replace(SSIAD, client_id="other", keys=(KEY, KEY)))
    assert partners.find(store, "other") is None


def test_its_organisation_takes_its_role_once(store: Store) -> None:
    for client_id, role in (("a", "ssiad"), ("b", "ssiad"), ("c", "saad")):
        partners.register(store, replace(SSIAD, client_id=client_id, role=role))
    with store.read() as connection:
        rows = connection.execute(party_role.select().order_by(party_role.c.role)).all()
    assert [tuple(row) for row in rows] == [("Organization/ssiad", "saad"), ("Organization/ssiad", "ssiad")]


@pytest.mark.parametrize("client_id", ["nobody", "", "a\x00b", "\ud800", "' OR 1=1--", "x" * 5000])
def test_any_text_may_be_looked_for(store: Store, client_id: str) -> None:
    assert partners.find(store, client_id) is None


def test_a_key_counts_from_its_day_until_it_is_retired(store: Store, clock: FakeClock) -> None:
    partners.register(store, SSIAD)
    partners.add_key(store, "ssiad", KEY)
    clock.tick(0.001)
    partners.add_key(store, "ssiad", replace(KEY, kid="k2"))
    partners.retire_key(store, "ssiad", "k1")
    found = partners.find(store, "ssiad")
    assert found is not None
    assert [key.kid for key in found.keys] == ["k2"]
    with pytest.raises(Conflict):
        partners.add_key(store, "ssiad", KEY)


def test_keys_of_nobody(store: Store) -> None:
    with pytest.raises(NotFound):
        partners.add_key(store, "nobody", KEY)
    with pytest.raises(NotFound):
        partners.retire_key(store, "nobody", "k1")
    with pytest.raises(NotFound):
        partners.suspend(store, "nobody")


def test_t19_a_suspended_client_has_no_tokens_left(store: Store) -> None:
    partners.register(store, SSIAD)
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    partners.suspend(store, "ssiad")
    found = partners.find(store, "ssiad")
    assert found is not None
    assert not found.active
    assert tokens.token_actor(store, text) is None
    assert tokens.find_token(store, text) is None
