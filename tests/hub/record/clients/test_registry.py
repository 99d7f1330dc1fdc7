"""Registered clients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hub.domain.errors import Conflict, Invalid, NotFound
from hub.record.clients import registry, tokens
from hub.record.clients.keys import ClientKey
from hub.record.db.store import Store
from hub.record.tables import party_role
from tests.partners import SSIAD
from tests.territory import statements

KEY = ClientKey("k1", "ES384", '{"kty": "EC"}')


def test_register_then_find(store: Store) -> None:
    registered = replace(SSIAD, keys=(KEY,), lenient_update=True, can_introspect=True)
    registry.register(store, registered)
    assert registry.find(store, "ssiad") == registered
    assert registry.everyone(store) == [registered]


def test_scopes_are_kept_canonical(store: Store) -> None:
    registry.register(store, replace(SSIAD, scopes=("system/Task.read", "system/Task.rs", "system/Goal.c")))
    found = registry.find(store, "ssiad")
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
        ({"role": "notaire"}, "client-role"),
        ({"sources": ("two words",)}, "client-source"),
        ({"scopes": ()}, "scope-missing"),
        ({"scopes": ("user/Task.r",)}, "scope-not-system"),
        ({"scopes": ("system/Task.dus",)}, "scope-unknown"),
    ],
)
def test_l121_no_client_without_what_its_tokens_must_say(store: Store, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as raised:
        registry.register(store, replace(SSIAD, **change))
    assert raised.value.problems[0].code == code
    assert registry.everyone(store) == []


def test_a_name_is_taken_once_and_a_failed_registration_leaves_nothing(store: Store) -> None:
    registry.register(store, SSIAD)
    with pytest.raises(Conflict):
        registry.register(store, SSIAD)
    with pytest.raises(Conflict):
        registry.register(store, replace(SSIAD, client_id="other", keys=(KEY, KEY)))
    assert registry.find(store, "other") is None


def test_its_organisation_takes_its_role_once(store: Store) -> None:
    for client_id, role in (("a", "ssiad"), ("b", "ssiad"), ("c", "saad")):
        registry.register(store, replace(SSIAD, client_id=client_id, role=role))
    with store.read() as connection:
        rows = connection.execute(party_role.select().order_by(party_role.c.role)).all()
    assert [tuple(row) for row in rows] == [("Organization/ssiad", "saad"), ("Organization/ssiad", "ssiad")]


@pytest.mark.parametrize("client_id", ["nobody", "", "a\x00b", "\ud800", "' OR 1=1--", "x" * 5000])
def test_any_text_may_be_looked_for(store: Store, client_id: str) -> None:
    assert registry.find(store, client_id) is None


def test_the_clients_keys_are_read_in_one_statement(store: Store) -> None:
    for number in range(3):
        registry.register(store, replace(SSIAD, client_id=f"c{number}", keys=(KEY, replace(KEY, kid="k2"))))
    with statements(store) as said:
        found = registry.everyone(store)
    assert [[key.kid for key in partner.keys] for partner in found] == [["k1", "k2"]] * 3
    assert len(said) == 2


@pytest.mark.parametrize("change", [registry.suspend, registry.resume])
def test_a_client_that_is_not_there(store: Store, change: Callable[[Store, str], None]) -> None:
    with pytest.raises(NotFound):
        change(store, "nobody")


def test_t19_a_suspended_client_has_no_tokens_left(store: Store) -> None:
    registry.register(store, SSIAD)
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    registry.suspend(store, "ssiad")
    found = registry.find(store, "ssiad")
    assert found is not None
    assert not found.active
    assert tokens.token_actor(store, text) is None
    assert tokens.find_token(store, text) is None


def test_a_client_that_is_resumed_asks_anew(store: Store) -> None:
    registry.register(store, replace(SSIAD, keys=(KEY,)))
    before = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    registry.suspend(store, "ssiad")
    registry.resume(store, "ssiad")
    assert registry.find(store, "ssiad") == replace(SSIAD, keys=(KEY,))
    assert tokens.token_actor(store, before) is None
    assert tokens.token_actor(store, tokens.issue_token(store, "ssiad", ("system/Task.r",))) is not None
