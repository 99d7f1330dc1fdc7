"""Passwords: what is taken, how they are hashed."""

from __future__ import annotations

import statistics
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from hub.accounts.credentials import passwords
from hub.accounts.credentials.passwords import Busy, Verdict, check_password, hash_password, verify_password
from hub.domain.errors import Invalid

PEPPER, OTHER = b"p" * 32, b"q" * 32
GOOD = "tulipe cheval agrafe"


def test_la_2_the_parameters() -> None:
    found = extract_parameters(hash_password(GOOD, PEPPER))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19_456, 2, 1)


def test_la_2_a_hash_is_of_no_use_without_the_pepper() -> None:
    stored = hash_password(GOOD, PEPPER)
    assert verify_password(stored, GOOD, PEPPER) == Verdict(matches=True)
    assert verify_password(stored, GOOD, OTHER) == Verdict(matches=False)


def test_la_2_old_parameters_are_stale() -> None:
    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1)
    stored = older.hash(passwords._add_pepper(GOOD, PEPPER))
    assert verify_password(stored, GOOD, PEPPER) == Verdict(matches=True, stale=True)


def test_la_2_no_more_at_once_than_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, running, most = threading.Lock(), 0, 0

    class Hasher:
        def verify(self, _stored: str, _password: bytes) -> None:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1

        def check_needs_rehash(self, _stored: str) -> bool:
            return False

    monkeypatch.setattr(passwords, "_HASHER", Hasher())
    monkeypatch.setattr(passwords, "_SLOTS", threading.BoundedSemaphore(2))
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda _: verify_password("stored", GOOD, PEPPER), range(10)))
    assert most == 2


def test_d06_who_waits_too_long_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_SLOTS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    with passwords._take_slot(), pytest.raises(Busy):
        verify_password("stored", GOOD, PEPPER)
    assert verify_password("", GOOD, PEPPER) == Verdict(matches=False)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("court", "password-short"),
        ("a" * 11, "password-short"),
        ("é" * 129, "password-long"),
        ("tulipe\0cheval agrafe", "password-nul"),
        ("motdepasse2026", "password-common"),
        ("password1234", "password-common"),
        ("!!Maillage-2026", "password-common"),
        ("aaaaaaaaaaaaaaaa", "password-common"),
        ("motdepassemotdepasse", "password-common"),
        ("azertyuiopqs", "password-common"),
        ("000000000000001", "password-common"),
        ("nadia.lisiere2026", "password-common"),
        ("LISIERE--------75", "password-common"),
    ],
)
def test_la_3_what_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_password(password, ("nadia.lisiere@dac.example", "Nadia Lisiere"))


@pytest.mark.parametrize("password", [GOOD, "x" * 4 + "éà漢🦉" * 31, " espace  au bord ", "\t\n\rÀé12.;,:!?%"])
def test_la_3_any_character_will_do(password: str) -> None:
    check_password(password)
    assert verify_password(hash_password(password, PEPPER), password, PEPPER).matches


def test_la_3_a_password_is_used_as_it_was_typed() -> None:
    stored = hash_password("crème brûlée à midi", PEPPER)
    assert not verify_password(stored, unicodedata.normalize("NFD", "crème brûlée à midi"), PEPPER).matches
    assert not verify_password(stored, "crème brûlée à midi ", PEPPER).matches
    assert not verify_password(stored, "Crème brûlée à midi", PEPPER).matches


def test_la_5_an_unknown_account_costs_the_same() -> None:
    stored = hash_password(GOOD, PEPPER)
    verify_password("", GOOD, PEPPER)

    def measure(what: str) -> float:
        started = time.process_time()
        assert not verify_password(what, "another password", PEPPER).matches
        return time.process_time() - started

    pairs = [(measure(stored), measure("")) for _ in range(9)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert 0.7 < known / unknown < 1.4
