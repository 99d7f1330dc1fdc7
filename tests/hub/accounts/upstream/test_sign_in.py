"""Sign-in at identity providers, with one in this process: honest, and in every way dishonest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from hub.accounts.entry.sessions import choose_context, find_session, list_contexts, sign_out
from hub.accounts.entry.sign_in import NotSignedIn, SignedIn, check_step_up
from hub.accounts.management.overview import list_accounts
from hub.accounts.management.people import give_role, offboard
from hub.accounts.upstream import transport
from hub.accounts.upstream.admission import CodeNeeded, finish_with_code
from hub.accounts.upstream.providers import Provider
from hub.accounts.upstream.sign_in import (
    Linked,
    Return,
    UpstreamRefusal,
    build_redirect,
    handle_return,
    make_sign_out_url,
)
from hub.domain.errors import Refused
from hub.record.db.store import Store
from hub.record.tables import account_event, metadata, session
from tests.hub.accounts.conftest import DAC
from tests.hub.accounts.upstream.mock_provider import (
    CLIENT,
    KEY,
    SECRET,
    STRANGER,
    MockProvider,
    drip,
    sign,
    sign_with_nothing,
    sign_with_secret,
)
from tests.people import OFFICE, OPERATOR, Somebody, pass_time
from tests.territory import Territory

BACK = "https://hub.example/connexion/psc/retour"
EVIL = "https://evil.example"
MINUTE = 60_000_000


@dataclass
class Browser:
    """Somebody's browser, between the hub and a provider."""

    store: Store
    mock: MockProvider
    provider: Provider
    cookie: str = ""
    state: str = ""
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def go(self, purpose: Any = "sign-in", person: Somebody | None = None) -> None:
        """Away to the provider, and somebody proves who they are there."""
        departure = build_redirect(self.store, self.provider, BACK, purpose, person.session if person else None)
        self.cookie, self.state = departure.cookie, self.mock.visit(departure.url)
        self.pairs = [("code", "the-code"), ("state", self.state)]

    def come(self, token: str = "", **otherwise: Any) -> object:
        """Back at the hub."""
        back = replace(Return(self.pairs, self.cookie, token), **otherwise)
        return handle_return(self.store, self.provider, BACK, back, OFFICE)


@pytest.fixture
def make_browser(store: Store) -> Callable[[str], Browser]:
    def make(name: str) -> Browser:
        mock = MockProvider(name, lambda: store.now() // 1_000_000)
        return Browser(store, mock, mock.provider())

    return make


@pytest.fixture
def psc(make_browser: Callable[[str], Browser]) -> Browser:
    return make_browser("psc")


def reasons(store: Store) -> list[str]:
    with store.read() as connection:
        events = connection.execute(select(account_event).where(account_event.c.act == "sign-in-refused"))
        return [event.why.split()[1] for event in events]


def test_lg_1_the_first_sign_in_gives_an_account_and_no_role(store: Store, psc: Browser) -> None:
    psc.mock.userinfo = {"SubjectNameID": "899700000001"}
    psc.go()
    outcome = psc.come()
    assert isinstance(outcome, SignedIn)
    (view,) = list_accounts(store)
    assert (view.account.name, view.account.national_id, view.account.login) == ("Odile Fictive", "899700000001", "")
    assert view.assignments == ()
    found = find_session(store, outcome.token)
    assert found is not None
    assert (found.role, found.method, found.issuer) == ("", "idp:psc", psc.mock.preset.issuer)
    psc.go()
    assert isinstance(psc.come(), SignedIn)
    assert len(list_accounts(store)) == 1


def test_what_is_asked_of_the_provider(store: Store, psc: Browser) -> None:
    psc.go()
    asked = psc.mock.asked
    assert asked["scope"] == "openid scope_all"
    assert asked["acr_values"] == "eidas1"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == BACK
    assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43


def test_lg_1_the_same_person_twice_at_once_is_one_account(
    store: Store, make_browser: Callable[[str], Browser]
) -> None:
    browsers = [make_browser("psc") for _ in range(4)]
    for browser in browsers:
        browser.go()
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda browser: browser.come(), browsers))
    assert all(isinstance(outcome, SignedIn) for outcome in outcomes)
    assert len(list_accounts(store)) == 1


def exercise(*codes: str) -> dict[str, Any]:
    return {"SubjectRefPro": {"exercices": [{"codeProfession": code} for code in codes]}}


@pytest.mark.parametrize(
    ("userinfo", "open_roles"),
    [
        (exercise("60"), {"guichet"}),
        (exercise("60", "10"), {"guichet", "medecin_traitant"}),
        ({"SubjectRole": ["10^1.2.250.1.213.1.1.5.5"]}, {"guichet", "medecin_traitant"}),
        ({"SubjectRole": ["10^1.2.3"]}, {"guichet"}),
        ({}, {"guichet"}),
    ],
)
def test_lg_2_a_role_whose_profession_is_not_confirmed_is_suspended(
    store: Store, territory: Territory, psc: Browser, userinfo: dict[str, Any], open_roles: set[str]
) -> None:
    psc.go()
    psc.come()
    (view,) = list_accounts(store)
    for party, role in ((DAC, "guichet"), ("Organization/cabinet", "medecin_traitant")):
        give_role(store, OPERATOR, view.account.account_id, party, role)
    psc.mock.userinfo = userinfo
    psc.go()
    outcome = psc.come()
    assert isinstance(outcome, SignedIn)
    found = find_session(store, outcome.token)
    assert found is not None
    assert {c.assignment.role for c in list_contexts(store, found) if not c.barred} == open_roles
    if "medecin_traitant" not in open_roles:
        assert found.role == "guichet"  # the only one that is open
        with pytest.raises(Refused, match="role-suspended"):
            choose_context(store, outcome.token, "cabinet:medecin_traitant")
        with store.read() as connection:
            acts = connection.scalars(select(account_event.c.act)).all()
        assert "role-limited" in acts


def test_lg_2_the_last_word_counts_for_a_password_too(
    store: Store, territory: Territory, psc: Browser, nadia: Somebody
) -> None:
    give_role(store, OPERATOR, nadia.account_id, "Organization/cabinet", "medecin_traitant")
    nadia.sign_in("cabinet:medecin_traitant")
    psc.go("link", nadia)
    assert psc.come(nadia.token) == Linked()
    with pytest.raises(Refused, match="role-suspended"):
        nadia.sign_in("cabinet:medecin_traitant")


def hostile(name: str, reason: str, **changes: Any) -> Any:
    return pytest.param(changes, reason, id=name)


HOSTILE = [
    hostile("no-id-token", "no-token", sign=lambda _: None),
    hostile("alg-none", "signature", sign=sign_with_nothing),
    hostile("hs256-by-the-secret", "signature", sign=lambda c: sign_with_secret(c, SECRET.encode())),
    hostile("hs256-by-the-public-key", "signature", sign=lambda c: sign_with_secret(c, KEY.as_pem(private=False))),
    hostile("rs512", "signature", sign=lambda c: sign(c, alg="RS512")),
    hostile("another-key", "signature", sign=lambda c: sign(c, STRANGER)),
    hostile("unknown-kid", "signature", sign=lambda c: sign(c, kid="k9")),
    hostile("no-kid", "signature", sign=lambda c: sign(c, kid=None)),
    hostile("key-in-the-header", "signature", sign=lambda c: sign(c, STRANGER, jwk=STRANGER.as_dict(private=False))),
    hostile("not-a-token", "signature", sign=lambda _: "x.y.z"),
    hostile("deep", "signature", sign=lambda _: "W" * 90_000),
    hostile("aud-other", "claims", claims={"aud": "other"}),
    hostile("aud-other-azp-us", "claims", claims={"aud": "other", "azp": CLIENT}),
    hostile("aud-of-two", "audience", claims={"aud": [CLIENT, "other"], "azp": CLIENT}),
    hostile("azp-other", "claims", claims={"azp": "other"}),
    hostile("no-aud", "claims", claims={"aud": None}),
    hostile("iss-other", "claims", claims={"iss": EVIL}),
    hostile("no-sub", "claims", claims={"sub": None}),
    hostile("sub-empty", "claims", claims={"sub": ""}),
    hostile("sub-a-list", "claims", claims={"sub": ["x"]}),
    hostile("sub-long", "subject", claims={"sub": "x" * 256}),
    hostile("sub-nul", "subject", claims={"sub": "x\0"}),
    hostile("nonce-other", "claims", claims={"nonce": "other"}),
    hostile("no-nonce", "claims", claims={"nonce": None}),
    hostile("acr-weak", "acr", claims={"acr": "eidas0"}),
    hostile("no-acr", "acr", claims={"acr": None}),
    hostile("acr-a-list", "acr", claims={"acr": ["eidas1"]}),
    hostile("stale-iat", "age", claims={"iat": -601}),
    hostile("iat-to-come", "claims", claims={"iat": 3600}),
    hostile("no-iat", "claims", claims={"iat": None}),
    hostile("iat-a-text", "claims", claims={"iat": "now"}),
    hostile("expired", "claims", claims={"exp": -31}),
    hostile("no-exp", "claims", claims={"exp": None}),
    hostile("old-proof", "auth-time", claims={"auth_time": -13 * 3600}),
    hostile("proof-to-come", "auth-time", claims={"auth_time": 3600}),
    hostile("no-auth-time", "claims", claims={"auth_time": None}),
    hostile("at-hash", "claims", claims={"at_hash": "x" * 22}),
    hostile("userinfo-of-another", "userinfo-subject", userinfo={"sub": "another"}),
    hostile("userinfo-of-nobody", "userinfo-subject", userinfo={"sub": None}),
    hostile("no-keys", "keys", keys=[]),
    hostile("private-key", "keys", keys=[KEY.as_dict(private=True)]),
    hostile("key-of-another-use", "keys", keys=[KEY.as_dict(private=False) | {"use": "enc"}]),
    hostile("keys-that-are-none", "keys", keys=[{"kty": "RSA", "kid": "k1"}]),
    hostile("token-500", "status", answers={"token": lambda: httpx.Response(500)}),
    hostile("token-redirects", "status", answers={"token": lambda: httpx.Response(307, headers={"Location": EVIL})}),
    hostile("token-html", "not-json", answers={"token": lambda: httpx.Response(200, text="<html>")}),
    hostile("token-list", "not-json", answers={"token": lambda: httpx.Response(200, text="[]")}),
    hostile("token-deep", "not-json", answers={"token": lambda: httpx.Response(200, text="[" * 100_000)}),
    hostile("token-large", "too-much", answers={"token": lambda: httpx.Response(200, content=b" " * 300_000)}),
    hostile("token-slow", "too-much", answers={"token": drip}),
    hostile("userinfo-401", "status", answers={"userinfo": lambda: httpx.Response(401)}),
    hostile("userinfo-html", "not-json", answers={"userinfo": lambda: httpx.Response(200, text="<html>")}),
    hostile("jwks-html", "not-json", answers={"jwks": lambda: httpx.Response(200, text="<html>")}),
]
TIMES = ("iat", "exp", "auth_time")


@pytest.mark.parametrize(("changes", "reason"), HOSTILE)
def test_t39_a_hostile_provider(
    store: Store, psc: Browser, changes: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody signs in, nothing is kept, and one page with a reference is all that is told."""
    monkeypatch.setattr(transport, "TOTAL", 0.2)
    psc.go()
    for name, value in changes.items():
        setattr(psc.mock, name, value)
    for claim in TIMES:
        if isinstance(psc.mock.claims.get(claim), int):
            psc.mock.claims = psc.mock.claims | {claim: psc.mock.now() + psc.mock.claims[claim]}
    outcome = psc.come()
    assert isinstance(outcome, UpstreamRefusal)
    assert reasons(store) == [reason]
    assert list_accounts(store) == []
    with store.read() as connection:
        assert connection.execute(session.select()).all() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issuer": EVIL}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"token_endpoint": f"{EVIL}/token"}, "address"),
        ({"token_endpoint": "http://auth.esw.esante.gouv.fr/token"}, "address"),
        ({"authorization_endpoint": f"{EVIL}/auth"}, "address"),
        ({"jwks_uri": "https://auth.esw.esante.gouv.fr@evil.example/jwks"}, "address"),
        ({"userinfo_endpoint": None}, "address"),
        ({"jwks_uri": "https://auth.esw.esante.gouv.fr:8443/jwks"}, "address"),
        ({"token_endpoint": "https://[::1"}, "address"),
    ],
)
def test_t39_hostile_metadata(psc: Browser, change: dict[str, Any], reason: str) -> None:
    psc.mock.metadata = change
    with pytest.raises(transport.UpstreamFault, match=reason):
        psc.go()


def test_t39_a_state_comes_back_once(store: Store, psc: Browser) -> None:
    psc.go()
    assert isinstance(psc.come(), SignedIn)
    assert isinstance(psc.come(), UpstreamRefusal)
    assert reasons(store) == ["state"]


def test_t39_eight_at_once_bring_back_one_state(store: Store, psc: Browser) -> None:
    psc.go()
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: psc.come(), range(8)))
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pairs": [("code", "c"), ("state", "another")]}, "state"),
        ({"pairs": [("code", "c")]}, "state"),
        ({"pairs": [("state", "\0")]}, "state"),
        ({"pairs": [("state", "x" * 5000)]}, "state"),
        ({"cookie": "another"}, "browser"),
        ({"cookie": ""}, "browser"),
    ],
)
def test_t39_what_this_browser_did_not_take_away(
    store: Store, psc: Browser, change: dict[str, Any], reason: str
) -> None:
    psc.go()
    assert isinstance(psc.come(**change), UpstreamRefusal)
    assert reasons(store) == [reason]


def test_t39_a_state_lasts_ten_minutes(store: Store, psc: Browser) -> None:
    psc.go()
    pass_time(store, 10 * MINUTE)
    psc.come()
    assert reasons(store) == ["state"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ([("iss", EVIL)], "issuer"),
        ([("error", "access_denied"), ("error_description", "<script>")], "denied"),
        ([("code", "another")], "twice"),
        ([("state", "another")], "twice"),
    ],
)
def test_t39_what_comes_back_besides(store: Store, psc: Browser, more: list[tuple[str, str]], reason: str) -> None:
    psc.go()
    psc.pairs += more
    assert isinstance(psc.come(), UpstreamRefusal)
    assert reasons(store) == [reason]


def test_the_issuer_may_come_back(psc: Browser) -> None:
    psc.go()
    psc.pairs.append(("iss", psc.mock.preset.issuer))
    assert isinstance(psc.come(), SignedIn)


def test_t40_the_state_of_another_provider(store: Store, psc: Browser, make_browser: Callable[[str], Browser]) -> None:
    other = make_browser("proconnect")
    psc.go()
    other.pairs, other.cookie = psc.pairs, psc.cookie
    assert isinstance(other.come(), UpstreamRefusal)
    assert reasons(store) == ["provider"]


def test_the_network_that_is_not_there(store: Store, psc: Browser) -> None:
    def fail() -> httpx.Response:
        raise httpx.ConnectError("no route")

    psc.go()
    psc.mock.answers["token"] = fail
    psc.come()
    assert reasons(store) == ["unreachable"]


@pytest.mark.parametrize("name", ["psc", "proconnect", "franceconnect"])
def test_each_preset_signs_in(
    store: Store, territory: Territory, nadia: Somebody, make_browser: Callable[[str], Browser], name: str
) -> None:
    browser = make_browser(name)
    nadia.sign_in("dac:guichet")
    browser.go("link", nadia)
    assert browser.come(nadia.token) == Linked()
    browser.go()
    outcome = browser.come()
    if name == "franceconnect":
        assert isinstance(outcome, CodeNeeded)
        outcome = finish_with_code(store, outcome.handle, nadia.next_code(), OFFICE)
    assert isinstance(outcome, SignedIn)
    found = find_session(store, outcome.token)
    assert found is not None
    assert (found.account_id, found.method) == (nadia.account_id, f"idp:{name}")


def test_a_provider_of_one_factor_needs_the_code_besides(
    store: Store, territory: Territory, nadia: Somebody, make_browser: Callable[[str], Browser]
) -> None:
    browser = make_browser("franceconnect")
    nadia.sign_in("dac:guichet")
    browser.go("link", nadia)
    browser.come(nadia.token)
    browser.go()
    needed = browser.come()
    assert isinstance(needed, CodeNeeded)
    assert finish_with_code(store, needed.handle, "000000", OFFICE) == NotSignedIn()
    # It was good for one try.
    assert finish_with_code(store, needed.handle, nadia.next_code(), OFFICE) == NotSignedIn()
    browser.go()
    needed = browser.come()
    assert isinstance(needed, CodeNeeded)
    assert isinstance(finish_with_code(store, needed.handle, nadia.codes[0], OFFICE), SignedIn)
    assert finish_with_code(store, "no handle", nadia.next_code(), OFFICE) == NotSignedIn()


def test_nobody_comes_first_by_franceconnect(store: Store, make_browser: Callable[[str], Browser]) -> None:
    browser = make_browser("franceconnect")
    browser.go()
    assert isinstance(browser.come(), UpstreamRefusal)
    assert reasons(store) == ["unknown"]
    assert list_accounts(store) == []


def test_w10_a_closed_account_stays_closed(store: Store, psc: Browser) -> None:
    psc.go()
    psc.come()
    (view,) = list_accounts(store)
    offboard(store, OPERATOR, view.account.account_id)
    psc.go()
    assert isinstance(psc.come(), UpstreamRefusal)
    assert reasons(store) == ["closed"]
    assert len(list_accounts(store)) == 1


def test_an_identity_is_one_accounts(store: Store, psc: Browser, nadia: Somebody, admin: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    psc.go("link", nadia)
    assert psc.come(nadia.token) == Linked()
    admin.sign_in()
    psc.go("link", admin)
    psc.come(admin.token)
    assert reasons(store) == ["identity-taken"]


def test_a_link_is_for_the_session_that_began_it(store: Store, psc: Browser, nadia: Somebody, admin: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    admin.sign_in()
    for token in ("", admin.token):
        psc.go("link", nadia)
        psc.come(token)
    assert reasons(store) == ["session", "session"]


def test_la_8_an_identity_is_linked_after_a_step_up(store: Store, psc: Browser, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    pass_time(store, 6 * MINUTE)
    psc.go("link", nadia)
    psc.come(nadia.token)
    assert reasons(store) == ["step-up-needed"]


def test_la_8_a_step_up_at_the_provider(store: Store, psc: Browser, nadia: Somebody) -> None:
    nadia.sign_in("dac:guichet")
    psc.go("link", nadia)
    psc.come(nadia.token)
    pass_time(store, 6 * MINUTE)
    psc.mock.claims = {"auth_time": psc.mock.now() - 400}
    psc.go("step-up", nadia)
    assert (psc.mock.asked["prompt"], psc.mock.asked["max_age"]) == ("login", "0")
    psc.come(nadia.token)
    assert reasons(store) == ["auth-time"]
    psc.mock.claims = {}
    psc.mock.subject = "another"
    psc.go("step-up", nadia)
    psc.come(nadia.token)
    assert reasons(store)[1:] == ["another"]
    psc.mock.subject = MockProvider("psc", psc.mock.now).subject
    psc.go("step-up", nadia)
    outcome = psc.come(nadia.token)
    assert isinstance(outcome, SignedIn)
    nadia.token = outcome.token
    check_step_up(nadia.session, "break-glass", store.now())


def test_tokens_are_not_kept_but_for_the_sign_out_there(store: Store, psc: Browser) -> None:
    psc.go()
    outcome = psc.come()
    assert isinstance(outcome, SignedIn)
    id_token = psc.mock.make_id_token()
    with store.read() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    assert id_token is not None
    assert not any(needle in repr(rows) for needle in (id_token, id_token.split(".")[2], SECRET, psc.state, psc.cookie))
    hint = sign_out(store, outcome.token)
    assert hint.count(".") == 2
    url = make_sign_out_url(psc.provider, hint, "https://hub.example/connexion", store.now())
    assert url.startswith(f"{psc.mock.preset.issuer}/session/end?id_token_hint={hint}&post_logout_redirect_uri=https")


def test_metadata_and_keys_are_read_once_an_hour(store: Store, psc: Browser) -> None:
    for _ in range(3):
        psc.go()
        assert isinstance(psc.come(), SignedIn)
    paths = [request.url.path.rpartition("/")[2] for request in psc.mock.requests]
    assert (paths.count("wallet-openid-configuration"), paths.count("jwks")) == (1, 1)
    # An unknown kid asks again, once a minute.
    psc.mock.sign = lambda claims: sign(claims, kid="k2")
    for _ in range(3):
        psc.go()
        psc.come()
    assert [request.url.path.rpartition("/")[2] for request in psc.mock.requests].count("jwks") == 1
    pass_time(store, MINUTE)
    for _ in range(3):
        psc.go()
        psc.come()
    assert [request.url.path.rpartition("/")[2] for request in psc.mock.requests].count("jwks") == 2


def test_only_the_providers_hosts_are_called(store: Store, psc: Browser) -> None:
    psc.go()
    psc.come()
    assert {request.url.host for request in psc.mock.requests} <= psc.mock.preset.hosts
    assert {request.url.scheme for request in psc.mock.requests} == {"https"}
