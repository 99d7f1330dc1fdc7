"""Sessions on the server, and acting contexts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import pytest

from hub.accounts.entry.actor import build_actor
from hub.accounts.entry.sessions import (
    choose_context,
    choose_language,
    find_session,
    get_seconds_left,
    limit_sessions,
    list_contexts,
    list_own,
    make_csrf_token,
    revoke_others,
    revoke_session,
    sign_out,
)
from hub.accounts.management.overview import list_accounts
from hub.accounts.management.people import end_role
from hub.domain.actor import Actor
from hub.domain.errors import NotFound, Refused
from hub.record.accounts.purge import purge_accounts
from hub.record.accounts.sessions import NewSession, insert_session, list_sessions
from hub.record.accounts.vault import open_vault
from hub.record.db.store import Store
from hub.record.repository.record import Record
from hub.record.tables import session as table
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import CCAS, DAC
from tests.people import OPERATOR, Somebody, enrol, pass_time
from tests.territory import PERSON, Territory

MINUTE = 60_000_000


def test_lg_3_one_acting_context_at_a_time(store: Store, nadia: Somebody) -> None:
    session = nadia.sign_in()
    assert (session.party, session.role) == ("", "")
    with pytest.raises(Refused, match="context-needed"):
        build_actor(session)
    contexts = list_contexts(store, session)
    assert {context.assignment.key for context in contexts} == {"dac:guichet", "ccas:ccas"}
    nadia.token = choose_context(store, nadia.token, "ccas:ccas", prefer=True)
    actor = build_actor(nadia.session)
    assert actor == Actor(CCAS, "ccas", nadia.account_id, ("system/*.cruds",), session.sid, account=nadia.account_id)
    assert [context.preferred for context in list_contexts(store, nadia.session)] == [True, False]
    nadia.token = choose_context(store, nadia.token, "dac:guichet")
    assert (build_actor(nadia.session).party, build_actor(nadia.session).role) == (DAC, "guichet")


def test_lg_3_ac31_slices_are_never_united(territory: Territory, nadia: Somebody) -> None:
    """What each context sees is what that organisation's role sees, whoever else she is."""
    store = territory.store
    territory.write({"resourceType": "Task", "id": "t", "status": "requested", "intent": "order",
                     "code": {"text": "x"}, "for": {"reference": PERSON}, "requester": {"reference": DAC},
                     "owner": {"reference": CCAS}})  # fmt: skip
    for key, role in (("dac:guichet", "guichet"), ("ccas:ccas", "ccas")):
        nadia.sign_in(key)
        mine = Record(store, build_actor(nadia.session)).search("Task", [])
        theirs = territory.open(role).search("Task", [])
        assert [entry.body for entry in mine.slices] == [entry.body for entry in theirs.slices]


def test_lg_3_an_only_context_is_chosen_by_itself(store: Store, admin: Somebody) -> None:
    assert admin.sign_in().role == "admin_sys"


@pytest.mark.parametrize("key", ["cmp:psy_cmp", "dac:gestionnaire", "ccas:guichet", "", "dac", "\0:guichet"])
def test_lg_3_nobody_elses_context(store: Store, nadia: Somebody, key: str) -> None:
    nadia.sign_in("dac:guichet")
    with pytest.raises(NotFound):
        choose_context(store, nadia.token, key)
    assert nadia.session.role == "guichet"


def test_lg_3_a_context_that_ended_is_gone_at_the_next_request(store: Store, nadia: Somebody) -> None:
    nadia.sign_in("ccas:ccas")
    (mine,) = [view for view in list_accounts(store) if view.account.account_id == nadia.account_id]
    (given,) = [given for given in mine.assignments if given.role == "ccas"]
    end_role(store, OPERATOR, given.assignment_id)
    assert nadia.session.role == ""
    with pytest.raises(NotFound):
        choose_context(store, nadia.token, "ccas:ccas")


@leak(kills="a session keeps its id in another context (SE-1)")
def test_se_1_a_new_id_with_each_context(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    before, sid = nadia.token, nadia.session.sid
    nadia.token = choose_context(store, before, "dac:guichet")
    assert nadia.token != before
    assert find_session(store, before) is None
    assert nadia.session.sid == sid


def test_se_1_an_id_has_256_bits_and_is_not_kept(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    assert len(nadia.token) == 43
    with store.read() as connection:
        (row,) = connection.execute(table.select()).all()
    assert nadia.token not in repr(tuple(row))
    assert len(row.hash) == 32


def test_se_1_idle_twenty_minutes(store: Store, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    pass_time(store, 19 * MINUTE)
    assert get_seconds_left(nadia.session, store.now())[0] == 20 * 60
    pass_time(store, 20 * MINUTE - 1)
    assert find_session(store, nadia.token) is not None
    pass_time(store, 20 * MINUTE)
    assert find_session(store, nadia.token) is None


def test_se_1_ten_hours_whatever_is_done(store: Store, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    for _ in range(39):
        pass_time(store, 15 * MINUTE)
        assert find_session(store, nadia.token) is not None
    pass_time(store, 15 * MINUTE - 1)
    assert get_seconds_left(nadia.session, store.now()) == (1200, 0)
    pass_time(store, 1)
    assert find_session(store, nadia.token) is None


def test_se_1_not_every_request_writes(store: Store, nadia: Somebody) -> None:
    from tests.territory import statements

    nadia.sign_in("dac:guichet")
    pass_time(store, 9_000_000)
    with statements(store) as quick:
        find_session(store, nadia.token)
    pass_time(store, 1_000_000)
    with statements(store) as later:
        find_session(store, nadia.token)
    assert (len(quick), len(later)) == (1, 2)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 100_000, "\0", "\ud800"])
def test_w01_an_id_that_was_not_given_opens_nothing(store: Store, nadia: Somebody, token: str) -> None:
    nadia.sign_in()
    assert find_session(store, token) is None
    assert sign_out(store, token) == ""


def test_w01_sign_in_gives_a_new_session(store: Store, nadia: Somebody) -> None:
    first = nadia.sign_in()
    token = nadia.token
    assert nadia.sign_in().sid != first.sid
    assert nadia.token != token


def test_w02_a_cookie_after_sign_out(store: Store, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    assert sign_out(store, nadia.token) == ""
    assert find_session(store, nadia.token) is None
    with pytest.raises(NotFound):
        choose_context(store, nadia.token, "dac:guichet")


def test_se_1_my_sessions_and_their_end(store: Store, nadia: Somebody) -> None:
    other = enrol(store, "other@dac.example", (DAC, "guichet"))
    other.sign_in()
    nadia.sign_in()
    lost = nadia.token
    nadia.sign_in("dac:guichet")
    own = list_own(store, nadia.session)
    assert {session.account_id for session in own} == {nadia.account_id}
    assert len(own) == 2
    (sid,) = {session.sid for session in own} - {nadia.session.sid}
    for wrong in (other.session.sid, "x", "\0"):
        with pytest.raises(NotFound):
            revoke_session(store, nadia.session, wrong)
    revoke_session(store, nadia.session, sid)
    assert find_session(store, lost) is None
    nadia.sign_in()
    assert revoke_others(store, nadia.session) == 1
    assert [session.sid for session in list_own(store, nadia.session)] == [nadia.session.sid]
    assert other.session.sid


def test_se_3_the_csrf_token_is_the_sessions_own_and_stays(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    first = make_csrf_token(store, nadia.session)
    nadia.token = choose_context(store, nadia.token, "dac:guichet")
    assert make_csrf_token(store, nadia.session) == first
    nadia.sign_in("dac:guichet")
    assert make_csrf_token(store, nadia.session) != first
    assert first not in repr(nadia.session)


def test_the_language_is_kept_in_the_session(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    choose_language(store, nadia.token, "en")
    assert nadia.session.language == "en"


def test_a_session_shows_nothing_secret(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    assert not {field.name for field in fields(nadia.session)} & {"hash", "id_token", "token"}


def test_w10_of_eight_sign_ins_at_once_as_many_go_on_as_are_allowed(store: Store, nadia: Somebody) -> None:
    with store.write() as connection:
        vault = open_vault(store)
        tokens = [insert_session(connection, store, vault, NewSession(nadia.account_id, "demo")) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda token: limit_sessions(store, token, 3), tokens))
    with store.read() as connection:
        assert len(list_sessions(connection, nadia.account_id, store.now())) == 3


def test_se_1_what_is_over_is_deleted(store: Store, nadia: Somebody) -> None:
    nadia.sign_in()
    purge_accounts(store)
    assert nadia.session
    pass_time(store, 2 * 24 * 60 * MINUTE)
    assert purge_accounts(store) >= 1
    with store.read() as connection:
        assert connection.execute(table.select()).all() == []
