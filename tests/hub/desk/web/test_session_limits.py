"""Where a session ends to count: at the API, over http, and at another host (`docs/security.md` SE-4, SE-7, SE-8, W09)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from hub.accounts.management.enrolment import make_link
from hub.accounts.management.people import add_account
from hub.app import create_app
from hub.record.db.store import Store
from hub.settings.settings import Settings
from tests.contracts.cases import leak
from tests.hub.accounts.conftest import DAC
from tests.hub.desk.web.browsing import Browsing
from tests.people import OPERATOR, Somebody, enrol
from tests.territory import settle_territory

HTTPS = "https://hub.example"
# Requests of machines: method, path, media type and body.
OF_MACHINES = [
    ("GET", "/fhir/Patient", None, b""),
    ("GET", "/fhir/Task/x", None, b""),
    ("POST", "/fhir/Task", "application/fhir+json", b'{"resourceType":"Task"}'),
    ("POST", "/fhir/Task/_search", "application/x-www-form-urlencoded", b""),
    ("GET", "/intake/", None, b""),
    ("POST", "/intake/cabinet-fhir", "application/fhir+json", b"{}"),
    ("POST", "/oauth/token", "application/x-www-form-urlencoded", b"grant_type=client_credentials"),
    ("POST", "/oauth/introspect", "application/x-www-form-urlencoded", b"token=x"),
    ("POST", "/oauth/revoke", "application/x-www-form-urlencoded", b"token=x"),
]


@pytest.fixture
def nadia(store: Store) -> Somebody:
    """An agent of the desk."""
    settle_territory(store)
    return enrol(store, "nadia@dac.example", (DAC, "guichet"))


@pytest.fixture
def inside(app: Flask, nadia: Somebody) -> Browsing:
    """Nadia, signed in."""
    browsing = Browsing(app)
    browsing.sign_in(nadia)
    return browsing


@leak(kills="an account has any number of sessions (W10)")
def test_w10_the_oldest_of_too_many_sessions_ends_and_is_told_so(
    settings: Settings, store: Store, nadia: Somebody
) -> None:
    bound = replace(settings, limits=replace(settings.limits, sessions=2))
    first, second, third = (Browsing(create_app(bound, store)) for _ in range(3))
    other = Browsing(create_app(bound, store))
    other.sign_in(enrol(store, "autre@dac.example", (DAC, "guichet")))
    for browsing in (first, second, third):
        browsing.sign_in(nadia)
    assert [each.get("/accueil").status_code for each in (first, second, third, other)] == [303, 200, 200, 200]
    assert first.get("/accueil").headers["Location"] == "/connexion?suite=%2Faccueil&fin=remplacee"
    assert "ouvert ailleurs" in first.follow().text
    page = third.get("/compte").text.replace("\xa0", " ")
    assert "2 sessions au plus à la fois" in page
    assert "La dernière qui s’est fermée ainsi" in page.replace("'", "’")
    assert page.count("celle-ci") == 1
    assert "La dernière qui" not in other.get("/compte").text


def test_w10_there_is_no_bound_where_the_operator_sets_none(settings: Settings, store: Store, nadia: Somebody) -> None:
    unbound = replace(settings, limits=replace(settings.limits, sessions=0))
    browsers = [Browsing(create_app(unbound, store)) for _ in range(7)]
    for browsing in browsers:
        browsing.sign_in(nadia)
    assert {each.get("/accueil").status_code for each in browsers} == {200}


@pytest.mark.parametrize(("method", "path", "kind", "body"), OF_MACHINES)
def test_se_4_the_api_ignores_the_cookie_of_a_session(
    app: Flask, inside: Browsing, method: str, path: str, kind: str | None, body: bytes
) -> None:
    without = app.test_client().open(path, method=method, content_type=kind, data=body)
    answer = inside.client.open(path, method=method, content_type=kind, data=body)
    assert (answer.status_code, answer.data) == (without.status_code, without.data)
    assert 400 <= answer.status_code < 500
    assert "Set-Cookie" not in answer.headers
    assert inside.get("/accueil").status_code == 200


@pytest.mark.parametrize(("method", "path", "kind", "body"), OF_MACHINES)
def test_se_7_the_api_leads_nobody_from_http_to_https(
    settings: Settings, store: Store, method: str, path: str, kind: str | None, body: bytes
) -> None:
    client = create_app(replace(settings, base_url=HTTPS), store).test_client()
    answer = client.open(path, method=method, base_url="http://hub.example", content_type=kind, data=body)
    assert answer.status_code // 100 == 4
    assert "Location" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "hub.example.evil.example", "evil.example:443"])
def test_se_8_w09_no_address_comes_from_the_host_of_a_request(
    settings: Settings, store: Store, nadia: Somebody, host: str
) -> None:
    """A post counts by the origin of the settings, a page shows that origin and a redirect names no host."""
    browsing = Browsing(create_app(replace(settings, base_url=HTTPS), store))
    asked = {"Host": host, "X-Forwarded-Host": host}
    page = browsing.get("/connexion", headers=asked)
    assert "evil" not in page.text + str(page.headers)
    values = {"identifiant": nadia.login, "mot_de_passe": nadia.password, "code": nadia.next_code()}
    forged = browsing.post("/connexion", values, headers={**asked, "Origin": f"https://{host}"})
    assert forged.status_code == 403
    signed_in = browsing.post("/connexion", values, headers=asked)
    assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/")
    assert "Domain" not in signed_in.headers["Set-Cookie"]


def test_w09_the_address_of_a_link_is_told_to_no_other_host(inside: Browsing, store: Store) -> None:
    account = add_account(store, OPERATOR, "neuve@dac.example", "Neuve Fictive")
    page = inside.get(f"/enrolement/{make_link(store, OPERATOR, account.account_id)}")
    assert page.status_code == 200
    assert page.headers.getlist("Referrer-Policy") == ["same-origin"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
