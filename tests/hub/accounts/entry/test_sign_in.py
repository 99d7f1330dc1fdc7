"""Sign-in with a password and a code."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hub.accounts.entry.network import Origin
from hub.accounts.entry.sessions import find_session
from hub.accounts.entry.sign_in import NotSignedIn, Proof, SignedIn, check_step_up, sign_in, step_up
from hub.accounts.entry.throttle import TooMany
from hub.accounts.management.people import offboard
from hub.domain.errors import NotFound, Refused
from hub.record.accounts.events import list_events
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store
from hub.record.tables import password
from tests.hub.accounts.conftest import DAC
from tests.people import OFFICE, OPERATOR, PASSWORD, Somebody, enrol, pass_time

MINUTE = 60_000_000


def acts(store: Store, account_id: str) -> list[str]:
    with store.read() as connection:
        return [event.act for event in list_events(connection, account_id)]


def test_la_4_password_and_code_open_a_session(store: Store, nadia: Somebody) -> None:
    session = nadia.sign_in("dac:guichet")
    assert (session.account_id, session.party, session.role) == (nadia.account_id, DAC, "guichet")
    assert (session.method, session.network, session.agent) == ("password+totp", "192.0.2.0/24", "Firefox, Linux")
    assert acts(store, nadia.account_id)[:2] == ["context-chosen", "sign-in"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "tulipe cheval agraf"},
        {"password": ""},
        {"code": ""},
        {"code": "000000"},
        {"code": "abcde-fghjk"},
        {"login": "nobody@dac.example"},
        {"login": ""},
        {"login": "\0"},
        {"login": "\ud800", "password": "\ud800"},
    ],
)
def test_la_5_refusals_look_alike(nadia: Somebody, wrong: dict[str, Any]) -> None:
    assert nadia.try_to_sign_in(**wrong) == NotSignedIn()


def test_w05_unknown_and_known_users_take_the_same_time(store: Store, nadia: Somebody) -> None:
    """Work in this process alone: what a wrong password of a known login and what an unknown login cost."""

    def measure(login: str, origin: str) -> float:
        started = time.process_time()
        assert sign_in(store, Proof(login, "wrong", "000000"), Origin(origin, "")) == NotSignedIn()
        return time.process_time() - started

    pairs = [(measure(nadia.login, f"{turn}"), measure(f"x{turn}", f"{turn}")) for turn in range(5)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert 0.7 < known / unknown < 1.4


def test_w05_unknown_and_known_users_write_the_same(store: Store, nadia: Somebody) -> None:
    from tests.territory import statements

    with statements(store) as known:
        nadia.try_to_sign_in(password="wrong")
    with statements(store) as unknown:
        nadia.try_to_sign_in(login="nobody@dac.example")
    with statements(store) as wrong_code:
        nadia.try_to_sign_in(code="000000")
    assert known == unknown == wrong_code


def test_w06_a_code_works_once(store: Store, nadia: Somebody) -> None:
    code = nadia.next_code()
    assert isinstance(nadia.try_to_sign_in(code=code), SignedIn)
    assert nadia.try_to_sign_in(code=code) == NotSignedIn()


def test_w06_a_recovery_code_works_once(store: Store, nadia: Somebody) -> None:
    outcome = nadia.try_to_sign_in(code=nadia.codes[3].upper())
    assert isinstance(outcome, SignedIn)
    session = find_session(store, outcome.token)
    assert session is not None
    assert session.method == "password+recovery"
    assert nadia.try_to_sign_in(code=nadia.codes[3]) == NotSignedIn()
    assert isinstance(nadia.try_to_sign_in(code=nadia.codes[4]), SignedIn)


def test_la_4_five_wrong_codes_lock_the_application_for_a_quarter_of_an_hour(store: Store, nadia: Somebody) -> None:
    for _ in range(5):
        assert nadia.try_to_sign_in(code="000000") == NotSignedIn()
    pass_time(store, 2 * MINUTE)
    assert nadia.try_to_sign_in() == NotSignedIn()
    pass_time(store, MINUTE)
    # Who has lost the application is not shut out by whoever guesses.
    assert isinstance(nadia.try_to_sign_in(code=nadia.codes[0]), SignedIn)
    pass_time(store, 15 * MINUTE)
    assert isinstance(nadia.try_to_sign_in(), SignedIn)


def test_la_4_wrong_codes_with_a_wrong_password_lock_nothing(store: Store, nadia: Somebody) -> None:
    for _ in range(5):
        nadia.try_to_sign_in(password="wrong", code="000000")
    pass_time(store, 2 * MINUTE)
    assert isinstance(nadia.try_to_sign_in(), SignedIn)


def test_la_4_eight_at_once_use_one_code(store: Store, nadia: Somebody) -> None:
    assert count_winners(nadia, nadia.next_code()) == 1


def test_la_4_eight_at_once_use_one_recovery_code(store: Store, nadia: Somebody) -> None:
    assert count_winners(nadia, nadia.codes[0]) == 1


def count_winners(person: Somebody, code: str) -> int:
    open_vault(person.store)
    # The throttle would let five through: here the code itself is tried.
    proof = Proof(person.login, person.password, code)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(8) as threads:
        patch.setattr("hub.accounts.entry.throttle.FREE_FAILURES", 100)
        patch.setattr("hub.accounts.credentials.passwords._PATIENCE", 60)
        outcomes = list(threads.map(lambda _: sign_in(person.store, proof, OFFICE), range(8)))
    assert all(isinstance(outcome, SignedIn | NotSignedIn) for outcome in outcomes)
    return sum(isinstance(outcome, SignedIn) for outcome in outcomes)


def test_la_2_a_hash_of_former_parameters_is_renewed(store: Store, nadia: Somebody) -> None:
    from argon2 import PasswordHasher

    from hub.accounts.credentials import passwords

    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1)
    seasoned = passwords._add_pepper(PASSWORD, open_vault(store).pepper)
    with store.write() as connection:
        connection.execute(password.update().values(hash=older.hash(seasoned)))
    assert isinstance(nadia.try_to_sign_in(), SignedIn)
    with store.read() as connection:
        hashed = connection.scalar(password.select().with_only_columns(password.c.hash))
    assert "m=19456,t=2,p=1" in hashed
    assert isinstance(nadia.try_to_sign_in(), SignedIn)


def test_la_6_failures_slow_a_login_down_and_never_lock_it(store: Store, nadia: Somebody) -> None:
    for _ in range(5):
        assert nadia.try_to_sign_in(password="wrong", code="000000") == NotSignedIn()
    assert nadia.try_to_sign_in(code=nadia.code()) == TooMany(1)
    waits = []
    for _ in range(12):
        outcome = nadia.try_to_sign_in(password="wrong", code="000000")
        if isinstance(outcome, TooMany):
            waits.append(outcome.seconds)
            pass_time(store, outcome.seconds * 1_000_000)
            nadia.try_to_sign_in(password="wrong", code="000000")
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) <= 15 * 60
    pass_time(store, 15 * MINUTE)
    assert isinstance(nadia.try_to_sign_in(), SignedIn)
    # A good end forgets the failures.
    assert nadia.try_to_sign_in(password="wrong") == NotSignedIn()
    assert isinstance(nadia.try_to_sign_in(), SignedIn)


def test_la_6_an_unknown_login_is_slowed_down_alike(store: Store, nadia: Somebody) -> None:
    for turn in range(7):
        known = nadia.try_to_sign_in(password="wrong", code="000000")
        unknown = nadia.try_to_sign_in(login="nobody@dac.example", code="000000")
        assert known == unknown, turn


def test_la_6_many_at_once_are_no_way_around(store: Store, nadia: Somebody) -> None:
    open_vault(store)
    proof = Proof(nadia.login, "wrong", "000000")
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(lambda _: sign_in(store, proof, OFFICE), range(16)))
    assert sum(outcome == NotSignedIn() for outcome in outcomes) <= 5


def test_la_6_a_hundred_failures_an_hour_for_a_network(
    store: Store, nadia: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.accounts.entry.throttle.PER_NETWORK", 4)
    home = Origin("198.51.100.0/24", "")
    for turn in range(4):
        pass_time(store)
        assert sign_in(store, Proof(f"user{turn}", "wrong", ""), home) == NotSignedIn()
    outcome = nadia.try_to_sign_in(origin=home)
    assert isinstance(outcome, TooMany)
    assert 3_000 < outcome.seconds <= 3_600
    # Others are not slowed down, and good ends do not count.
    for _ in range(6):
        assert isinstance(nadia.try_to_sign_in(), SignedIn)
    pass_time(store, 60 * MINUTE)
    assert isinstance(nadia.try_to_sign_in(origin=home), SignedIn)


def test_la_6_fifty_tries_a_second_for_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.accounts.entry.throttle.PER_SECOND", 3)
    outcomes = [sign_in(store, Proof(f"user{turn}", "x", ""), Origin(f"{turn}", "")) for turn in range(4)]
    assert outcomes == [NotSignedIn()] * 3 + [TooMany(1)]
    pass_time(store, 1_000_000)
    assert sign_in(store, Proof("user", "x", ""), OFFICE) == NotSignedIn()


def test_la_8_a_step_up_proves_it_again(store: Store, nadia: Somebody) -> None:
    session = nadia.sign_in("dac:guichet")
    check_step_up(session, "break-glass", store.now())
    pass_time(store, 5 * MINUTE + 1)
    with pytest.raises(Refused, match="step-up-needed"):
        check_step_up(nadia.session, "break-glass", store.now())
    before = nadia.token
    assert step_up(store, before, "wrong", nadia.next_code(), OFFICE) == NotSignedIn()
    outcome = step_up(store, before, PASSWORD, nadia.next_code(), OFFICE)
    assert isinstance(outcome, SignedIn)
    nadia.token = outcome.token
    # SE-1: a new id, the same session in the same context.
    assert find_session(store, before) is None
    assert (nadia.session.sid, nadia.session.role) == (session.sid, "guichet")
    check_step_up(nadia.session, "break-glass", store.now())
    assert acts(store, nadia.account_id)[:2] == ["step-up", "step-up-refused"]


def test_la_8_only_ones_own_proof_will_do(store: Store, nadia: Somebody) -> None:
    other = enrol(store, "other@dac.example", (DAC, "guichet"))
    nadia.sign_in("dac:guichet")
    assert step_up(store, nadia.token, other.password, other.next_code(), OFFICE) == NotSignedIn()
    with pytest.raises(NotFound):
        step_up(store, "no session", PASSWORD, nadia.next_code(), OFFICE)
    with pytest.raises(ValueError, match="tea"):
        check_step_up(nadia.session, "tea", store.now())


def test_w10_a_closed_account_is_out_at_the_next_request(store: Store, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    offboard(store, OPERATOR, nadia.account_id, "partie")
    assert find_session(store, nadia.token) is None
    assert nadia.try_to_sign_in() == NotSignedIn()
    assert nadia.try_to_sign_in(code=nadia.codes[0]) == NotSignedIn()
