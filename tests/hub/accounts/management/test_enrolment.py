"""One-time links: first factors, and those that replace lost ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from hub.accounts.entry.sessions import find_session
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn
from hub.accounts.management.authority import as_colleague
from hub.accounts.management.enrolment import Enrolled, make_link, redeem_link, view_link
from hub.accounts.management.overview import list_accounts
from hub.accounts.management.people import add_account, give_role, offboard
from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.accounts.events import list_events
from hub.record.db.store import Store
from hub.record.tables import enrolment_link
from tests.hub.accounts.conftest import CCAS
from tests.people import OFFICE, OPERATOR, PASSWORD, Somebody, enrol, pass_time, set_up
from tests.territory import Territory

HOUR = 3_600_000_000
OTHER = "agrafe tulipe cheval"


@pytest.fixture
def link(territory: Territory) -> str:
    """A first link, of an account that has not enrolled."""
    account = add_account(territory.store, OPERATOR, "paul@ccas.example", "Paul Fictif")
    give_role(territory.store, OPERATOR, account.account_id, CCAS, "ccas")
    return make_link(territory.store, OPERATOR, account.account_id)


def code_of(store: Store, link: str) -> str:
    view = view_link(store, link, "Maillage")
    assert view is not None
    return pyotp.TOTP(view.seed).at(store.now() // 1_000_000)


def test_la_7_the_owner_sets_both_factors(store: Store, link: str) -> None:
    view = view_link(store, link, "Maillage de Valombre")
    assert view is not None
    assert (view.login, view.name, view.kind) == ("paul@ccas.example", "Paul Fictif", "first")
    assert view.uri.startswith("otpauth://totp/Maillage%20de%20Valombre:paul%40ccas.example?secret=")
    enrolled = redeem_link(store, link, PASSWORD, code_of(store, link), OFFICE)
    assert len(enrolled.recovery_codes) == 10
    paul = Somebody(store, enrolled.account_id, "paul@ccas.example", view.seed, enrolled.recovery_codes)
    assert paul.sign_in().role == "ccas"


def test_la_7_the_code_that_sets_it_up_is_used(store: Store, link: str) -> None:
    view = view_link(store, link, "Maillage")
    assert view is not None
    code = code_of(store, link)
    enrolled = redeem_link(store, link, PASSWORD, code, OFFICE)
    paul = Somebody(store, enrolled.account_id, "paul@ccas.example", view.seed, enrolled.recovery_codes)
    assert paul.try_to_sign_in(code=code) == NotSignedIn()


def test_la_7_a_link_has_128_bits_and_is_not_kept(store: Store, link: str) -> None:
    assert len(link) == 22
    with store.read() as connection:
        (row,) = connection.execute(enrolment_link.select()).all()
    assert link not in repr(tuple(row))


def test_la_7_a_link_works_once(store: Store, link: str) -> None:
    redeem_link(store, link, PASSWORD, code_of(store, link), OFFICE)
    assert view_link(store, link, "Maillage") is None
    with pytest.raises(NotFound):
        redeem_link(store, link, OTHER, "000000", OFFICE)


def test_la_7_a_link_lasts_a_day(store: Store, link: str) -> None:
    pass_time(store, 24 * HOUR - 1)
    assert view_link(store, link, "Maillage") is not None
    pass_time(store, 1)
    assert view_link(store, link, "Maillage") is None
    with pytest.raises(NotFound):
        redeem_link(store, link, PASSWORD, "000000", OFFICE)


@pytest.mark.parametrize("text", ["", "x", "A" * 22, "A" * 10_000, "\0", "\ud800"])
def test_la_7_a_link_that_was_not_given(store: Store, link: str, text: str) -> None:
    assert view_link(store, text, "Maillage") is None


def test_la_7_what_is_wrong_does_not_use_the_link(store: Store, link: str) -> None:
    for password, code, problem in ((PASSWORD, "000000", "code-wrong"), ("paul2026", "", "password-short")):
        with pytest.raises(Invalid, match=problem):
            redeem_link(store, link, password, code, OFFICE)
    with pytest.raises(Invalid, match="password-common"):
        redeem_link(store, link, "paul@ccas.example", code_of(store, link), OFFICE)
    assert redeem_link(store, link, PASSWORD, code_of(store, link), OFFICE)


def test_la_7_a_new_link_ends_the_former(store: Store, link: str) -> None:
    (view,) = list_accounts(store)
    make_link(store, OPERATOR, view.account.account_id)
    assert view_link(store, link, "Maillage") is None


def test_la_7_eight_at_once_use_one_link(store: Store, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.accounts.credentials.passwords._PATIENCE", 60)
    code = code_of(store, link)

    def redeem(number: int) -> Enrolled | None:
        try:
            return redeem_link(store, link, f"{PASSWORD} {number}", code, OFFICE)
        except NotFound:
            return None

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(redeem, range(8)))
    (winner,) = [number for number, outcome in enumerate(outcomes) if outcome]
    enrolled = outcomes[winner]
    assert enrolled is not None
    paul = Somebody(store, enrolled.account_id, "paul@ccas.example", "", enrolled.recovery_codes)
    assert isinstance(paul.try_to_sign_in(password=f"{PASSWORD} {winner}", code=enrolled.recovery_codes[0]), SignedIn)


def test_la_7_a_lost_factor_is_reset_by_a_named_colleague(store: Store, admin: Somebody, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    before = nadia.token
    authority = as_colleague(admin.sign_in(), store.now())
    with pytest.raises(Invalid, match="account-why"):
        make_link(store, authority, nadia.account_id)
    link = make_link(store, authority, nadia.account_id, "téléphone perdu")
    # Until it is used all is as before.
    assert find_session(store, before) is not None
    assert isinstance(nadia.try_to_sign_in(), SignedIn)
    renewed = set_up(store, nadia.account_id, nadia.login, link, OTHER)
    assert find_session(store, before) is None
    assert nadia.try_to_sign_in() == NotSignedIn()
    assert nadia.try_to_sign_in(code=nadia.codes[0]) == NotSignedIn()
    assert renewed.sign_in("dac:guichet")
    with store.read() as connection:
        made = next(event for event in list_events(connection, nadia.account_id) if event.act == "link-made")
    assert (made.agent.name, made.agent.sid, made.why) == (
        admin.account_id,
        admin.session.sid,
        "reset téléphone perdu",
    )


def test_la_7_only_who_manages_the_account(store: Store, admin: Somebody, nadia: Somebody) -> None:
    elsewhere = enrol(store, "admin@ccas.example", (CCAS, "admin_sys"))
    authority = as_colleague(elsewhere.sign_in(), store.now())
    with pytest.raises(Refused, match="account-not-yours"):
        make_link(store, authority, nadia.account_id, "je le veux")
    colleague = enrol(store, "paul@ccas.example", (CCAS, "ccas"))
    assert make_link(store, authority, colleague.account_id, "téléphone perdu")
    with pytest.raises(Refused, match="account-not-yours"):
        as_colleague(colleague.sign_in(), store.now())


def test_la_8_a_reset_needs_a_step_up(store: Store, admin: Somebody, nadia: Somebody) -> None:
    admin.sign_in()
    pass_time(store, 6 * 60_000_000)
    with pytest.raises(Refused, match="step-up-needed"):
        as_colleague(admin.session, store.now())


def test_la_7_a_closed_account_gets_no_link(store: Store, link: str) -> None:
    (view,) = list_accounts(store)
    offboard(store, OPERATOR, view.account.account_id)
    assert view_link(store, link, "Maillage") is None
    with pytest.raises(Invalid, match="account-ended"):
        make_link(store, OPERATOR, view.account.account_id)


def test_la_7_there_is_no_default_account(store: Store) -> None:
    assert list_accounts(store) == []
