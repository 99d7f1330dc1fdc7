"""Away to an identity provider and back, over HTTP, with a provider in the tests' own process (`docs/security.md` §2.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.app import create_app
from hub.desk.web.visit import Desk
from hub.record.accounts.events import list_events
from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.hub.accounts.conftest import DAC
from tests.hub.accounts.upstream.mock_provider import MockProvider
from tests.hub.desk.web.browsing import Browsing
from tests.people import Somebody, enrol
from tests.territory import settle_territory

BASE = "https://hub.example"


@pytest.fixture
def nadia(store: Store) -> Somebody:
    settle_territory(store)
    return enrol(store, "nadia@dac.example", (DAC, "guichet"))


@pytest.fixture
def provider(store: Store) -> MockProvider:
    return MockProvider("psc", lambda: store.now() // 1_000_000)


@pytest.fixture
def browsing(settings: Settings, store: Store, nadia: Somebody, provider: MockProvider) -> Browsing:
    app = create_app(replace(settings, base_url=BASE), store)
    desk: Desk = app.extensions["desk"]
    desk.providers["psc"] = provider.provider()
    return Browsing(app)


def come_back(browsing: Browsing, provider: MockProvider) -> None:
    """Prove oneself at the provider and follow it back."""
    assert browsing.page.status_code == 303, browsing.page.text
    state = provider.visit(browsing.page.headers["Location"])
    browsing.get(f"/connexion/psc/retour?state={state}&code=code")


def test_lg_1_who_comes_first_has_an_account_and_no_role(browsing: Browsing, provider: MockProvider) -> None:
    assert "Pro Santé Connect" in browsing.get("/connexion").text
    browsing.get("/connexion/psc?suite=/compte")
    cookie = browsing.page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-lg=")
    assert "SameSite=Lax" in cookie
    assert provider_is_asked_for_the_hub(browsing)
    come_back(browsing, provider)
    assert (browsing.page.status_code, browsing.page.headers["Location"]) == (303, "/compte")
    assert browsing.get_cookie("__Host-lg") == ""
    assert "Aucune pour le moment" in browsing.get("/compte").text


def provider_is_asked_for_the_hub(browsing: Browsing) -> bool:
    return "redirect_uri=https%3A%2F%2Fhub.example%2Fconnexion%2Fpsc%2Fretour" in browsing.page.headers["Location"]


def test_se_2_t39_a_state_of_another_browser_signs_nobody_in(browsing: Browsing, provider: MockProvider) -> None:
    browsing.get("/connexion/psc")
    browsing.client.delete_cookie("__Host-lg")
    come_back(browsing, provider)
    assert browsing.page.status_code == 403
    assert "Connexion impossible" in browsing.page.text
    assert browsing.get_cookie("__Host-sid") == ""


def test_a_provider_that_does_not_answer_is_one_page_with_a_reference(
    browsing: Browsing, provider: MockProvider, store: Store
) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    refused = browsing.get("/connexion/psc")
    assert refused.status_code == 403
    with store.read() as connection:
        [event] = [event for event in list_events(connection, "") if event.act == "sign-in-refused"]
    assert event.why.rpartition(" ")[2] in refused.text


def test_an_account_is_linked_and_signs_in_there_from_then_on(
    browsing: Browsing, provider: MockProvider, nadia: Somebody
) -> None:
    browsing.sign_in(nadia)
    page = browsing.get("/compte")
    assert "https://" in page.headers["Content-Security-Policy"].partition("form-action")[2].partition(";")[0]
    browsing.submit("identite-psc")
    come_back(browsing, provider)
    assert browsing.page.headers["Location"] == "/compte"
    browsing.client.delete_cookie("__Host-sid")
    browsing.get("/connexion/psc")
    come_back(browsing, provider)
    assert nadia.login in browsing.get("/compte").text
    left = browsing.submit("deconnexion")
    assert left.status_code == 200
    assert "id_token_hint=" in left.text
    assert browsing.get("/compte").status_code == 303
