"""Passkeys, with an authenticator in software."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounts.credentials.webauthn import make_relying_party, read_assertion, read_registration
from hub.accounts.entry.passkey_sign_in import begin_sign_in, begin_step_up, sign_in_with_passkey, step_up_with_passkey
from hub.accounts.entry.sessions import find_session
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn, check_step_up
from hub.accounts.entry.throttle import TooMany
from hub.accounts.management.enrolment import make_link
from hub.accounts.management.factors import read_factors, remove_passkey
from hub.accounts.management.passkeys import (
    begin_enrolment,
    begin_registration,
    finish_registration,
    list_passkeys,
    redeem_link_with_passkey,
)
from hub.accounts.management.people import add_account, give_role, offboard
from hub.domain.errors import Conflict, Invalid, NotFound, Refused
from hub.record.accounts.events import list_events
from hub.record.db.store import Store
from tests.authenticator import PRESENT, Authenticator
from tests.hub.accounts.conftest import DAC
from tests.people import OFFICE, OPERATOR, Somebody, enrol, pass_time
from tests.territory import Territory

URL = "https://hub.example"
HUB = make_relying_party(URL, "Maillage")
assert HUB is not None


@pytest.fixture
def key(store: Store, nadia: Somebody) -> Authenticator:
    """A passkey of Nadia's."""
    nadia.sign_in("dac:guichet")
    authenticator = Authenticator(URL)
    answer = authenticator.create(begin_registration(store, nadia.token, HUB))
    nadia.token = finish_registration(store, nadia.token, HUB, answer, "Clé bleue")
    return authenticator


def sign_in(store: Store, key: Authenticator, **otherwise: Any) -> object:
    return sign_in_with_passkey(store, HUB, key.get(begin_sign_in(store, HUB), **otherwise), OFFICE)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (URL, "hub.example"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", None),
        ("https://192.0.2.1", None),
    ],
)
def test_la_1_offered_on_a_host_name_alone(url: str, host: str | None) -> None:
    party = make_relying_party(url, "Maillage")
    assert (party.host if party else None) == host


def test_la_1_a_passkey_signs_in_by_itself(store: Store, nadia: Somebody, key: Authenticator) -> None:
    outcome = sign_in(store, key)
    assert isinstance(outcome, SignedIn)
    session = find_session(store, outcome.token)
    assert session is not None
    assert (session.account_id, session.method) == (nadia.account_id, "passkey")
    (passkey,) = list_passkeys(store, session)
    assert (passkey.name, passkey.sign_count, passkey.used) == ("Clé bleue", 1, store.now())


def test_la_1_the_options_ask_for_verification_and_no_attestation(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    asked = json.loads(begin_registration(store, nadia.token, HUB))
    assert asked["rp"] == {"name": "Maillage", "id": "hub.example"}
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["attestation"] == "none"
    told = json.loads(begin_sign_in(store, HUB))
    assert (told["userVerification"], told["allowCredentials"], told["rpId"]) == ("required", [], "hub.example")


def test_la_1_a_passkey_is_registered_once(store: Store, nadia: Somebody, key: Authenticator) -> None:
    asked = begin_registration(store, nadia.token, HUB)
    assert [known["id"] for known in json.loads(asked)["excludeCredentials"]]
    with pytest.raises(Conflict, match="passkey-taken"):
        finish_registration(store, nadia.token, HUB, key.create(asked), "encore")


@pytest.mark.parametrize(
    "change",
    [
        {"flags": PRESENT},
        {"flags": 0},
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"key": Authenticator(URL).key},
        {"user": "c29tZWJvZHk"},
        {"credential_id": b"another"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_la_1_what_is_wrong_with_an_answer(
    store: Store, nadia: Somebody, key: Authenticator, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(key, name, value)
    assert sign_in(store, key) == NotSignedIn()


@pytest.mark.parametrize("change", [{"flags": PRESENT}, {"origin": "https://evil.example"}, {"rp_id": "evil.example"}])
def test_la_1_what_is_wrong_with_a_registration(store: Store, nadia: Somebody, change: dict[str, Any]) -> None:
    nadia.sign_in("dac:guichet")
    authenticator = Authenticator(**{"origin": URL} | change)
    answer = authenticator.create(begin_registration(store, nadia.token, HUB))
    with pytest.raises(Invalid, match="passkey-refused"):
        finish_registration(store, nadia.token, HUB, answer, "")


def test_la_1_a_challenge_is_answered_once(store: Store, nadia: Somebody, key: Authenticator) -> None:
    answer = key.get(begin_sign_in(store, HUB))
    assert isinstance(sign_in_with_passkey(store, HUB, answer, OFFICE), SignedIn)
    assert sign_in_with_passkey(store, HUB, answer, OFFICE) == NotSignedIn()


def test_la_1_a_challenge_is_for_its_purpose_and_its_account(store: Store, nadia: Somebody, key: Authenticator) -> None:
    other = enrol(store, "other@dac.example", (DAC, "guichet"))
    other.sign_in()
    answer = key.get(begin_step_up(store, nadia.token, HUB))
    assert sign_in_with_passkey(store, HUB, answer, OFFICE) == NotSignedIn()
    assert (
        step_up_with_passkey(store, other.token, HUB, key.get(begin_step_up(store, nadia.token, HUB))) == NotSignedIn()
    )
    assert (
        step_up_with_passkey(store, other.token, HUB, key.get(begin_step_up(store, other.token, HUB))) == NotSignedIn()
    )
    late = key.get(begin_sign_in(store, HUB))
    pass_time(store, 5 * 60_000_000)
    assert sign_in_with_passkey(store, HUB, late, OFFICE) == NotSignedIn()


def test_la_1_eight_at_once_answer_one_challenge(store: Store, nadia: Somebody, key: Authenticator) -> None:
    answer = key.get(begin_sign_in(store, HUB))
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: sign_in_with_passkey(store, HUB, answer, OFFICE), range(8)))
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1


def test_la_1_a_counter_that_goes_back_blocks_the_passkey(store: Store, nadia: Somebody, key: Authenticator) -> None:
    key.count = 41
    assert isinstance(sign_in(store, key), SignedIn)
    key.count = 40
    assert sign_in(store, key) == NotSignedIn()
    key.count = 100
    assert sign_in(store, key) == NotSignedIn()
    with store.read() as connection:
        assert "passkey-blocked" in [event.act for event in list_events(connection, nadia.account_id)]
    assert list_passkeys(store, nadia.session)[0].blocked == store.now()


def test_la_1_a_passkey_without_a_counter_is_good(store: Store, nadia: Somebody, key: Authenticator) -> None:
    for _ in range(2):
        key.count = -1
        assert isinstance(sign_in(store, key), SignedIn)


def test_la_6_failures_of_the_account_do_not_slow_a_passkey(store: Store, nadia: Somebody, key: Authenticator) -> None:
    for _ in range(12):
        nadia.try_to_sign_in(password="wrong", code="000000")
    assert isinstance(nadia.try_to_sign_in(code=nadia.code()), TooMany)
    assert isinstance(sign_in(store, key), SignedIn)


def test_la_8_a_step_up_with_a_passkey(store: Store, nadia: Somebody, key: Authenticator) -> None:
    pass_time(store, 6 * 60_000_000)
    with pytest.raises(Refused):
        check_step_up(nadia.session, "export", store.now())
    outcome = step_up_with_passkey(store, nadia.token, HUB, key.get(begin_step_up(store, nadia.token, HUB)))
    assert isinstance(outcome, SignedIn)
    assert find_session(store, nadia.token) is None
    nadia.token = outcome.token
    check_step_up(nadia.session, "export", store.now())


def test_la_8_ones_own_factors_need_a_step_up(store: Store, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    pass_time(store, 6 * 60_000_000)
    with pytest.raises(Refused, match="step-up-needed"):
        begin_registration(store, nadia.token, HUB)


def test_la_7_a_passkey_at_enrolment(store: Store, territory: Territory) -> None:
    account = add_account(store, OPERATOR, "paul@dac.example", "Paul Fictif")
    give_role(store, OPERATOR, account.account_id, DAC, "guichet")
    link = make_link(store, OPERATOR, account.account_id)
    key = Authenticator(URL)
    answer = key.create(begin_enrolment(store, link, HUB))
    redeem_link_with_passkey(store, link, HUB, answer, OFFICE)
    assert isinstance(sign_in(store, key), SignedIn)
    with pytest.raises(NotFound):
        begin_enrolment(store, link, HUB)


def test_the_last_means_is_not_removed(store: Store, territory: Territory) -> None:
    account = add_account(store, OPERATOR, "paul@dac.example", "Paul Fictif")
    link = make_link(store, OPERATOR, account.account_id)
    key = Authenticator(URL)
    redeem_link_with_passkey(store, link, HUB, key.create(begin_enrolment(store, link, HUB)), OFFICE)
    outcome = sign_in(store, key)
    assert isinstance(outcome, SignedIn)
    with pytest.raises(Conflict, match="factor-last"):
        remove_passkey(store, outcome.token, key.credential_id)
    assert isinstance(sign_in(store, key), SignedIn)


def test_a_removed_passkey_and_the_sessions_besides(store: Store, nadia: Somebody, key: Authenticator) -> None:
    outcome = sign_in(store, key)
    assert isinstance(outcome, SignedIn)
    with pytest.raises(NotFound):
        remove_passkey(store, nadia.token, b"another")
    nadia.token = remove_passkey(store, nadia.token, key.credential_id)
    assert find_session(store, outcome.token) is None
    assert sign_in(store, key) == NotSignedIn()
    assert read_factors(store, nadia.session).passkeys == 0


def test_w10_a_leavers_passkey(store: Store, nadia: Somebody, key: Authenticator) -> None:
    offboard(store, OPERATOR, nadia.account_id)
    assert sign_in(store, key) == NotSignedIn()


@given(st.one_of(st.text(), st.builds(json.dumps, st.recursive(st.none() | st.integers() | st.text(), st.lists))))
def test_anything_else_is_refused(text: str) -> None:
    for read in (read_assertion, read_registration):
        with pytest.raises(Invalid, match="passkey-refused"):
            read(text)


@given(
    st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
    st.text(max_size=40) | st.none() | st.integers(),
)
def test_a_member_that_is_anything_else_is_no_fault(member: str, value: object) -> None:
    from hub.accounts.credentials.webauthn import verify_assertion

    key = Authenticator(URL, rp_id="hub.example")
    options = json.dumps({"challenge": "AAAA"})
    try:
        verify_assertion(HUB, read_assertion(key.get(options, **{member: value})), b"\xa0")
    except Invalid as refusal:
        assert refusal.problems[0].code == "passkey-refused"
