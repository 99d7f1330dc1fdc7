"""Accounts, their roles, and their end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.accounts.entry.actor import build_actor
from hub.accounts.entry.sessions import find_session
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn, step_up
from hub.accounts.management.authority import as_colleague
from hub.accounts.management.overview import list_accounts, view_account
from hub.accounts.management.people import add_account, confirm_role, end_role, find_account, give_role, offboard
from hub.domain.errors import Conflict, HubError, Invalid, NotFound, Refused
from hub.record.accounts.events import list_events
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.tables import (
    account,
    enrolment_link,
    passkey,
    password,
    recovery_code,
    session,
    totp,
)
from tests.hub.accounts.conftest import CCAS, CMP, DAC
from tests.people import OFFICE, OPERATOR, Somebody, enrol, pass_time
from tests.territory import PERSON, Territory


@pytest.fixture
def second(territory: Territory, admin: Somebody) -> Somebody:
    """Another administrator."""
    return enrol(territory.store, "second@dac.example", (DAC, "admin_sys"))


def add(store: Store, login: str = "paul@ccas.example", name: str = "Paul Fictif") -> str:
    return add_account(store, OPERATOR, login, name).account_id


def test_lg_1_an_account_has_no_role_until_one_is_given(store: Store, territory: Territory) -> None:
    paul = enrol(store, "paul@ccas.example")
    with pytest.raises(Refused, match="context-needed"):
        build_actor(paul.sign_in())


def test_lg_1_an_administrator_gives_roles(store: Store, admin: Somebody, nadia: Somebody) -> None:
    paul = add(store)
    given = give_role(store, as_colleague(admin.sign_in(), store.now()), paul, CCAS, "ccas")
    assert (given.confirmed, given.given_by) == (store.now(), admin.account_id)
    with store.read() as connection:
        (event, _) = list_events(connection, paul)
    assert (event.act, event.agent.name, event.party, event.role) == ("role-given", admin.account_id, CCAS, "ccas")
    with pytest.raises(Conflict, match="role-given"):
        give_role(store, OPERATOR, paul, CCAS, "ccas")


def test_lg_1_of_its_own_organisation_alone(store: Store, territory: Territory) -> None:
    elsewhere = enrol(store, "admin@ccas.example", (CCAS, "admin_sys"))
    authority = as_colleague(elsewhere.sign_in(), store.now())
    paul = add(store)
    give_role(store, authority, paul, CCAS, "ccas")
    for party, role in ((DAC, "guichet"), (CMP, "psy_cmp"), (PERSON, "personne")):
        with pytest.raises(Refused, match="account-not-yours"):
            give_role(store, authority, paul, party, role)


def test_lg_1_four_eyes_for_what_opens_most(store: Store, admin: Somebody, second: Somebody) -> None:
    paul = enrol(store, "paul@dac.example")
    first = as_colleague(admin.sign_in(), store.now())
    given = give_role(store, first, paul.account_id, DAC, "gestionnaire")
    assert given.confirmed is None
    assert paul.sign_in().role == ""
    with pytest.raises(Refused, match="role-second"):
        confirm_role(store, first, given.assignment_id)
    confirm_role(store, as_colleague(second.sign_in(), store.now()), given.assignment_id)
    assert paul.sign_in().role == "gestionnaire"
    with pytest.raises(NotFound):
        confirm_role(store, as_colleague(second.sign_in(), store.now()), given.assignment_id)


def test_lg_1_four_eyes_for_ones_own_roles(store: Store, admin: Somebody, second: Somebody) -> None:
    mine = as_colleague(admin.sign_in(), store.now())
    given = give_role(store, mine, admin.account_id, "Organization/cabinet", "medecin_traitant")
    assert given.confirmed is None
    with pytest.raises(Refused, match="role-second"):
        confirm_role(store, mine, given.assignment_id)
    # Nor does whom it is for confirm it.
    other = give_role(store, as_colleague(second.sign_in(), store.now()), admin.account_id, DAC, "gestionnaire")
    with pytest.raises(Refused, match="role-second"):
        confirm_role(store, mine, other.assignment_id)


@pytest.mark.parametrize(
    ("party", "role", "code"),
    [
        (CCAS, "tea", "account-role"),
        (CCAS, "m2m_orienteur", "account-role"),
        (CCAS, "personne", "account-party"),
        (CCAS, "aidant", "account-party"),
        (PERSON, "guichet", "account-party"),
        (PERSON, "aidant", "account-party"),
        ("RelatedPerson/fille", "personne", "account-party"),
        ("Organization/", "ccas", "account-party"),
        ("Organization/nowhere", "ccas", "account-party"),
        ("", "ccas", "account-party"),
    ],
)
def test_lg_3_a_role_is_at_a_party_of_its_kind(
    store: Store, territory: Territory, party: str, role: str, code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        give_role(store, OPERATOR, add(store), party, role)


def test_the_person_her_carer_and_her_representative(store: Store, territory: Territory, nadia: Somebody) -> None:
    """They act as the Patient, the RelatedPerson and the Organization that the record knows (`docs/parts.md` 12)."""
    nadia.sign_in("dac:guichet")
    territory.write(
        {"resourceType": "Task", "id": "t", "status": "requested", "intent": "order", "owner": {"reference": DAC},
         "code": {"coding": [{"system": "https://maillage.example/fhir/CodeSystem/hub-task", "code": "intake"}]},
         "for": {"reference": PERSON}, "requester": {"reference": "Organization/chu"}}
    )  # fmt: skip
    desk = as_colleague(nadia.session, store.now())
    for login, party, role in (
        ("jeanne", PERSON, "personne"),
        ("fille", "RelatedPerson/fille", "aidant"),
        ("tuteur", "RelatedPerson/tuteur", "repr_legal"),
    ):
        somebody = enrol(store, login, (party, role), by=desk)
        actor = build_actor(somebody.sign_in())
        assert (actor.party, actor.role) == (party, role)
        assert Record(store, actor).read(PERSON)
    tutelle = enrol(store, "curatrice@asso.example", (CCAS, "repr_legal"))
    assert build_actor(tutelle.sign_in()).party == CCAS
    # Persons and relatives are no entries of the directory.
    entries = territory.open("guichet").search("PractitionerRole", []).slices
    assert not any("Jeanne" in str(entry.body) or "fille" in str(entry.body) for entry in entries)


def test_the_desk_gives_nothing_to_whom_it_does_not_see(store: Store, territory: Territory, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    desk = as_colleague(nadia.session, store.now())
    paul = add(store)
    for party, role in ((PERSON, "personne"), ("RelatedPerson/fille", "aidant"), ("Patient/nobody", "personne")):
        with pytest.raises(NotFound):
            give_role(store, desk, paul, party, role)
    with pytest.raises(Refused, match="account-not-yours"):
        give_role(store, desk, paul, DAC, "guichet")


def test_i11_one_login_of_those_that_look_alike(store: Store) -> None:
    add(store, "admin@dac.example")
    for login in ("Admin@dac.example", "admın@dac.example", "ａｄｍｉｎ@dac.example", "adrnin@dac.example"):
        with pytest.raises(Conflict, match="login-taken"):
            add(store, login)
    found = find_account(store, " ADMIN@dac.example")
    assert found is not None
    assert found.login == "admin@dac.example"
    assert find_account(store, "") is None


def test_one_login_of_a_person_and_of_a_colleague(store: Store, territory: Territory) -> None:
    """The proof says which account opens, by password, code, recovery code and at a step-up."""
    person = enrol(store, "paul@example.org", ("RelatedPerson/fille", "aidant"))
    colleague = enrol(store, "Paul@example.org", (DAC, "guichet"))
    assert person.account_id != colleague.account_id
    for each, role in ((person, "aidant"), (colleague, "guichet"), (person, "aidant")):
        assert each.sign_in().role == role
        outcome = step_up(store, each.token, each.password, each.next_code(), OFFICE)
        assert isinstance(outcome, SignedIn)
        other = colleague if each is person else person
        assert step_up(store, outcome.token, each.password, other.next_code(), OFFICE) == NotSignedIn()
        pass_time(store, 60_000_000)
    for each in (person, colleague):
        outcome = each.try_to_sign_in(code=each.codes[0])
        assert isinstance(outcome, SignedIn)
        session = find_session(store, outcome.token)
        assert session is not None
        assert session.account_id == each.account_id
    assert find_account(store, "paul@example.org") == view_account(store, colleague.account_id).account
    assert find_account(store, person.account_id) == view_account(store, person.account_id).account
    with pytest.raises(Conflict, match="login-taken"):
        enrol(store, "paul@example.org", (DAC, "guichet"))
    # A personal login is taken once among personal ones.
    enrol(store, "anne@example.org", ("RelatedPerson/fille", "aidant"))
    third = add(store, "Anne@example.org")
    with pytest.raises(Conflict, match="login-taken"):
        give_role(store, OPERATOR, third, "RelatedPerson/fille", "aidant")


@pytest.mark.parametrize(
    ("login", "name", "code"),
    [("a b", "x", "login-form"), ("abc", "", "account-name"), ("abc", "a\nb", "account-name")],
)
def test_what_an_account_is_called(store: Store, login: str, name: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        add(store, login, name)


def test_a_leaver_is_one_act(store: Store, territory: Territory, admin: Somebody, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    offboard(store, as_colleague(admin.sign_in(), store.now()), nadia.account_id, "mutation")
    with store.read() as connection:
        for table in (session, password, totp, recovery_code, passkey):
            rows = connection.execute(table.select().where(table.c.account_id == nadia.account_id)).all()
            assert rows == [], table.name
        links = connection.execute(enrolment_link.select().where(enrolment_link.c.account_id == nadia.account_id)).all()
        assert all(link.used or link.until <= store.now() for link in links)
        (event, *_) = list_events(connection, nadia.account_id)
    assert (event.act, event.agent.name, event.why) == ("account-ended", admin.account_id, "mutation")
    (view,) = [view for view in list_accounts(store) if view.account.account_id == nadia.account_id]
    assert (view.account.active, view.account.ended, view.assignments) == (False, store.now(), ())
    assert nadia.try_to_sign_in() == NotSignedIn()
    with pytest.raises(Invalid, match="account-ended"):
        offboard(store, OPERATOR, nadia.account_id)
    with pytest.raises(Invalid, match="account-ended"):
        give_role(store, OPERATOR, nadia.account_id, DAC, "guichet")
    entries = [entry.body for entry in territory.open("ccas").search("PractitionerRole", []).slices]
    assert entries
    for entry in entries:
        if b"guichet" in entry:
            assert b'"active":false' in entry


def test_never_without_an_administrator_who_can_sign_in(store: Store, territory: Territory, admin: Somebody) -> None:
    (view,) = list_accounts(store)
    (given,) = view.assignments
    # One who has not enrolled cannot do it.
    give_role(store, OPERATOR, add(store, "next@dac.example"), DAC, "admin_sys")
    for act in (
        lambda: offboard(store, OPERATOR, admin.account_id),
        lambda: end_role(store, OPERATOR, given.assignment_id),
    ):
        with pytest.raises(Conflict, match="account-last-administrator"):
            act()
    assert admin.sign_in().role == "admin_sys"
    enrol(store, "second@dac.example", (DAC, "admin_sys"))
    end_role(store, OPERATOR, given.assignment_id)
    assert admin.sign_in().role == ""


def test_never_without_one_when_two_leave_at_once(store: Store, admin: Somebody, second: Somebody) -> None:
    def leave(account_id: str) -> bool:
        try:
            offboard(store, OPERATOR, account_id)
        except HubError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(leave, (admin.account_id, second.account_id))) == 1


def test_nothing_of_a_refused_act_stays(store: Store, admin: Somebody) -> None:
    with pytest.raises(Conflict):
        offboard(store, OPERATOR, admin.account_id)
    with store.read() as connection:
        assert connection.scalar(account.select().with_only_columns(account.c.active)) is True
    assert admin.sign_in().role == "admin_sys"
    pass_time(store)
