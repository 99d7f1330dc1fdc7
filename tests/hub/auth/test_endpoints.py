"""Introspection and revocation (`docs/security.md` IN-1 to IN-4, RV-1, RV-2, T36, T37, §1.6.11, §1.6.12)."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from hub.record.clients import registry
from hub.record.clients.tokens import token_actor
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.hub.auth.conftest import CONFIG, Machine, check_error

INACTIVE = {"active": False}


def introspect(machine: Machine, token: str, **fields: str) -> TestResponse:
    return machine.post(path="/oauth/introspect", token=token, **fields)


def introspect_by_bearer(machine: Machine, bearer: str, token: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {bearer}"}
    return machine.http.post("/oauth/introspect", data={"token": token}, headers=headers)


def test_in_1_in_2_a_client_and_its_own_token(hosp: Machine, clock: FakeClock) -> None:
    body = introspect(hosp, hosp.get_token()).json
    assert len(body.pop("jti")) == 32
    assert body == {
        "active": True,
        "scope": "system/Task.r",
        "client_id": "hosp",
        "iat": clock() // 1_000_000,
        "exp": clock() // 1_000_000 + 300,
        "iss": CONFIG.issuer,
        "aud": CONFIG.fhir_base,
        "token_type": "Bearer",
    }


def test_in_1_a_registered_client_introspects_all_by_assertion_or_token(watch: Machine, hosp: Machine) -> None:
    token = hosp.get_token()
    assert introspect(watch, token).json["client_id"] == "hosp"
    assert introspect_by_bearer(watch, watch.get_token(), token).json == introspect(watch, token).json


def test_in_1_t36_a_token_without_the_right_to_introspect_is_refused(hosp: Machine, watch: Machine) -> None:
    answer = introspect_by_bearer(hosp, hosp.get_token(), hosp.get_token())
    check_error(answer, 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    check_error(introspect_by_bearer(hosp, "A" * 43, hosp.get_token()), 401, "invalid_client")


def test_in_1_a_token_authenticates_at_introspection_only(watch: Machine) -> None:
    token = watch.get_token()
    for path in ("/oauth/token", "/oauth/revoke"):
        fields = {"token": token, "grant_type": "client_credentials", "scope": "system/Task.r"}
        answer = watch.http.post(path, data=fields, headers={"Authorization": f"Bearer {token}"})
        check_error(answer, 401, "invalid_client")


def test_in_3_t36_any_other_token_is_inactive(hosp: Machine, gp: Machine, store: Store, clock: FakeClock) -> None:
    revoked, expired, foreign = hosp.get_token(), hosp.get_token(), gp.get_token()
    hosp.post(path="/oauth/revoke", token=revoked)
    answers = [introspect(hosp, token) for token in (revoked, foreign, "unknown", "A" * 43, "é")]
    clock.tick(300_000)
    answers.append(introspect(hosp, expired))
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert answers[0].json == INACTIVE
    assert answers[0].headers["Cache-Control"] == "no-store"


def test_in_3_the_token_of_a_suspended_client(hosp: Machine, watch: Machine, store: Store) -> None:
    token = hosp.get_token()
    registry.suspend(store, "hosp")
    assert introspect(watch, token).json == INACTIVE


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", 'a"b', "é"])
def test_in_4_a_hint_is_ignored(hosp: Machine, store: Store, hint: str) -> None:
    token = hosp.get_token()
    assert introspect(hosp, token, token_type_hint=hint).json["active"] is True
    assert hosp.post(path="/oauth/revoke", token=token, token_type_hint=hint).json == {}
    assert token_actor(store, token) is None


@pytest.mark.parametrize("path", ["/oauth/introspect", "/oauth/revoke"])
def test_a_request_without_token(hosp: Machine, path: str) -> None:
    check_error(hosp.post(path=path), 400, "invalid_request")


def test_rv_1_l128_a_revoked_token_is_invalid_at_once_and_alone(hosp: Machine, store: Store) -> None:
    first, second = hosp.get_token(), hosp.get_token()
    answer = hosp.post(path="/oauth/revoke", token=first)
    assert (answer.status_code, answer.json, answer.headers["Cache-Control"]) == (200, {}, "no-store")
    assert token_actor(store, first) is None
    assert token_actor(store, second) is not None


def test_rv_1_t37_the_token_of_another_client_stays_valid(hosp: Machine, gp: Machine, store: Store) -> None:
    token = gp.get_token()
    answers = [hosp.post(path="/oauth/revoke", token=text) for text in (token, "unknown", hosp.get_token())]
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, b"{}")}
    assert token_actor(store, token) is not None


def test_rv_2_the_client_that_revokes_is_authenticated(hosp: Machine, store: Store) -> None:
    token = hosp.get_token()
    check_error(hosp.post("x", path="/oauth/revoke", token=token), 401, "invalid_client")
    check_error(hosp.http.post("/oauth/revoke", data={"token": token, "client_id": "hosp"}), 401, "invalid_client")
    assert token_actor(store, token) is not None
