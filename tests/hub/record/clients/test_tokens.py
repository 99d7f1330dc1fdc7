"""Access tokens and used assertions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event

from hub.domain.actor import Actor
from hub.record.clients import registry, tokens
from hub.record.db.store import Store
from hub.record.tables import assertion_seen, token
from tests.clock import FakeClock
from tests.partners import SSIAD


@pytest.fixture(autouse=True)
def _two_clients(store: Store) -> None:
    registry.register(store, replace(SSIAD, lenient_update=True))
    registry.register(store, replace(SSIAD, client_id="other"))


def test_a_token_stands_for_its_client(store: Store, clock: FakeClock) -> None:
    text = tokens.issue_token(store, "ssiad", ("system/Task.r", "system/Goal.s"))
    held = tokens.token_actor(store, text)
    issued = tokens.find_token(store, text)
    assert held is not None
    assert issued is not None
    scopes = ("system/Task.r", "system/Goal.s")
    actor = Actor("Organization/ssiad", "ssiad", "ssiad", scopes, issued.jti, ("ssiad-csv",), lenient_update=True)
    assert held == (actor, clock() + 300_000_000)
    assert (issued.client_id, issued.scopes, issued.issued, issued.expires) == ("ssiad", scopes, clock(), held[1])


def test_it_takes_one_statement(store: Store) -> None:
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    said: list[str] = []
    event.listen(store.reader, "before_cursor_execute", lambda *args: said.append(args[2]))
    tokens.token_actor(store, text)
    assert [statement.split()[0] for statement in said if not statement.startswith("BEGIN")] == ["SELECT"]


def test_d3_the_token_itself_is_not_kept(store: Store) -> None:
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    with store.read() as connection:
        (row,) = connection.execute(token.select()).all()
    assert len(row.hash) == 32
    assert text not in repr(tuple(row))


def test_tk_9_it_lives_300_seconds(store: Store, clock: FakeClock) -> None:
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    clock.tick(300_000 - 0.001)
    assert tokens.token_actor(store, text) is not None
    clock.tick(0.001)
    assert tokens.token_actor(store, text) is None
    assert tokens.find_token(store, text) is None


def test_rv_1_only_its_own_client_revokes_it(store: Store) -> None:
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    another = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    assert not tokens.revoke(store, text, "other")
    assert tokens.token_actor(store, text) is not None
    assert tokens.revoke(store, text, "ssiad")
    assert not tokens.revoke(store, text, "ssiad")
    assert tokens.token_actor(store, text) is None
    assert tokens.token_actor(store, another) is not None


@pytest.mark.parametrize("text", ["", "x", "\x00", "é" * 43, "A" * 43])
def test_an_unknown_token_is_nobody(store: Store, text: str) -> None:
    assert tokens.token_actor(store, text) is None
    assert tokens.find_token(store, text) is None
    assert not tokens.revoke(store, text, "ssiad")


def test_ca_8_an_assertion_is_remembered_for_its_client(store: Store, clock: FakeClock) -> None:
    assert tokens.remember_assertion(store, "ssiad", "j1", clock() + 1)
    assert not tokens.remember_assertion(store, "ssiad", "j1", clock() + 1)
    assert tokens.remember_assertion(store, "ssiad", "J1", clock() + 1)
    assert tokens.remember_assertion(store, "other", "j1", clock() + 1)


def test_ca_8_of_two_at_once_one_is_new(store: Store, clock: FakeClock) -> None:
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: tokens.remember_assertion(store, "ssiad", "j1", clock() + 1), range(8)))
    assert sorted(said) == [False] * 7 + [True]


def test_d07_purge_takes_what_time_has_closed(store: Store, clock: FakeClock) -> None:
    tokens.issue_token(store, "ssiad", ("system/Task.r",))
    tokens.remember_assertion(store, "ssiad", "old", clock() + 300_000_000)
    clock.tick(300_000)
    text = tokens.issue_token(store, "ssiad", ("system/Task.r",))
    tokens.remember_assertion(store, "ssiad", "new", clock() + 1)
    assert tokens.purge_expired(store) == 2
    assert tokens.token_actor(store, text) is not None
    with store.read() as connection:
        assert [row.jti for row in connection.execute(assertion_seen.select())] == ["new"]
