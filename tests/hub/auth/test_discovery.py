"""Discovery (`docs/security.md` DI-1 to DI-6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from hub.administration.public_keys import strip_private_members
from hub.auth import AuthConfig, create_auth_blueprint, discovery, parse_public_key
from hub.auth.grant import grant_scopes
from hub.http.guards import OPEN, get_authentication
from hub.record.clients.registry import register
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.hub.auth.conftest import CONFIG, Machine
from tests.partners import SSIAD

SMART = "/fhir/.well-known/smart-configuration"
METADATA = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")


@pytest.mark.parametrize("path", [SMART, *METADATA, "/oauth/jwks"])
@pytest.mark.parametrize("accept", ["application/json", "text/html", "application/fhir+xml", "x"])
def test_di_1_json_for_everyone(http: FlaskClient, path: str, accept: str) -> None:
    answer = http.get(path, headers={"Accept": accept, "Origin": "https://app.example"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.data == http.get(path).data


def test_di_2_what_smart_asks_of_backend_services(http: FlaskClient) -> None:
    body = http.get(SMART).json
    assert body["token_endpoint"] == "https://hub.example/oauth/token"
    assert body["grant_types_supported"] == ["client_credentials"]
    assert body["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert body["token_endpoint_auth_signing_alg_values_supported"] == ["ES384", "RS384"]


def test_di_2_di_4_nothing_that_does_not_exist(http: FlaskClient) -> None:
    body = http.get(SMART).json
    assert body["capabilities"] == ["client-confidential-asymmetric", "permission-v1", "permission-v2"]
    absent = {"authorization_endpoint", "code_challenge_methods_supported", "response_types_supported"}
    assert body.keys().isdisjoint(absent | {"management_endpoint", "registration_endpoint"})


def test_di_3_every_address_is_absolute_https_and_answers(http: FlaskClient) -> None:
    body = http.get(SMART).json
    for name in ("token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri"):
        path = body[name].removeprefix("https://hub.example")
        assert path.startswith("/")
        assert http.post(path).status_code == (405 if name == "jwks_uri" else 400)


def test_di_3_no_address_comes_from_the_request(http: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    for path in (SMART, *METADATA):
        assert b"evil" not in http.get(path, headers=headers).data


def test_di_3_every_scope_is_grantable() -> None:
    document = discovery.build_smart_configuration(CONFIG)
    scopes = document["scopes_supported"]
    assert isinstance(scopes, list)
    everything = replace(SSIAD, scopes=("system/*.cruds",))
    assert [str(scope) for scope in grant_scopes(everything, " ".join(scopes))] == scopes


def test_di_5_the_other_two_say_the_same(http: FlaskClient) -> None:
    smart, metadata, openid = (http.get(path).json for path in (SMART, *METADATA))
    assert metadata == openid
    assert smart == {**metadata, "capabilities": smart["capabilities"]}


@pytest.mark.parametrize("issuer", ["http://hub.example", "https://hub.example?x", "hub.example", ""])
def test_di_5_a_wrong_issuer_does_not_start(issuer: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        discovery.build_server_metadata(AuthConfig(issuer))


def test_di_6_no_private_member(http: FlaskClient) -> None:
    assert http.get("/oauth/jwks").json == {"keys": []}


def test_loopback_without_tls_works_as_in_the_demo(store: Store, clock: FakeClock, hosp: Machine) -> None:
    config = AuthConfig("http://127.0.0.1:8000")
    app = Flask("demo")
    app.register_blueprint(create_auth_blueprint(config, lambda: store))
    register(store, replace(SSIAD, keys=(parse_public_key(strip_private_members(hosp.jwk)),)))
    demo = Machine(app.test_client(), clock, "ssiad", hosp.jwk)
    address = demo.http.get(SMART).json["token_endpoint"]
    assert demo.request_token(demo.assertion(aud=address)).status_code == 200


def test_no_route_besides_those_of_the_contract(http: FlaskClient) -> None:
    rules: list[Rule] = list(http.application.url_map.iter_rules())
    paths = {rule.rule for rule in rules if rule.endpoint != "static"}
    assert paths == {SMART, *METADATA, "/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/jwks"}


def test_every_route_names_its_guard(http: FlaskClient) -> None:
    views = [view for name, view in http.application.view_functions.items() if name != "static"]
    assert {get_authentication(view) for view in views} == {OPEN}
