"""client_credentials (`docs/security.md` TK-4, TK-5, TK-8, TK-9, T18 to T21, §1.6.3, §1.6.9)."""

from __future__ import annotations

import logging

import pytest

from hub.auth import issue_demo_token
from hub.domain.errors import Invalid, NotFound
from hub.record.clients import registry
from hub.record.clients.tokens import token_actor
from hub.record.db.store import Store
from tests.hub.auth.conftest import Machine, check_error


def test_tk_4_the_answer(hosp: Machine, store: Store) -> None:
    answer = hosp.request_token(scope="system/Task.rs system/Bundle.c")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    body = dict(answer.json)
    access = token_actor(store, body.pop("access_token"))
    assert body == {"token_type": "Bearer", "expires_in": 300, "scope": "system/Task.rs system/Bundle.c"}
    assert access is not None
    assert (access[0].client, access[0].scopes) == ("hosp", ("system/Task.rs", "system/Bundle.c"))


def test_tk_4_each_token_is_another(hosp: Machine) -> None:
    assert hosp.get_token() != hosp.get_token()


def test_sc_4_the_answer_has_the_requested_spelling_and_the_record_the_canonical_one(gp: Machine, store: Store) -> None:
    body = gp.request_token(scope="system/Task.read system/Goal.write system/*.*").json
    assert body["scope"] == "system/Task.read system/Goal.write system/*.*"
    access = token_actor(store, body["access_token"])
    assert access is not None
    assert access[0].scopes == ("system/Task.rs", "system/Goal.cud", "system/*.cruds")


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "system/*.cruds",
        "system/*.r",
        "system/Goal.r",
        "system/Task.cr",
        "system/Task.d",
        "system/Task.write",
        "system/Task.r system/Goal.r",
        "system/Task.r openid",
        "openid",
        "user/Task.r",
        "patient/Task.r",
        "user/Task.r patient/Condition.rs",
        "system/Task.sr",
        "system/Task.r\tsystem/Bundle.c",
        "system/Task.r\nsystem/Bundle.c",
        "system/Invoice.r",
        "system/Task.rs?unknown=x",
        "system/Task.rs?patient.name=x",
        "system/Task.rs?code:in=x",
        "system/Task.rs?owner.name=x",
        "system/Task.rs?status=requested",
        "system/Tâche.r",
        "x" * 30_000,
        "système",
    ],
)
def test_tk_8_t20_t21_l122_l124_all_or_nothing(hosp: Machine, scope: str) -> None:
    description = check_error(hosp.request_token(scope=scope), 400, "invalid_scope")
    assert description == "The scope is missing, unknown or outside the registration."


def test_tk_8_no_scope_parameter(hosp: Machine) -> None:
    check_error(hosp.post(grant_type="client_credentials"), 400, "invalid_scope")


def test_tk_8_scopes_of_one_type_are_no_wildcard(hosp: Machine, gp: Machine) -> None:
    assert gp.request_token(scope="system/*.cruds").status_code == 200
    assert hosp.request_token(scope="system/ServiceRequest.rs system/Task.u").status_code == 200


def test_tk_8_the_client_is_authenticated_before_its_scopes_are_checked(hosp: Machine) -> None:
    check_error(hosp.request_token("x", scope="nonsense"), 401, "invalid_client")


def test_tk_9_300_seconds_and_no_refresh_token(hosp: Machine) -> None:
    body = hosp.request_token().json
    assert body["expires_in"] == 300
    assert "refresh_token" not in body


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "implicit",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
        'a"b',
        "é",
        "",
    ],
)
def test_t18_tk_5_other_grants(hosp: Machine, grant_type: str) -> None:
    description = check_error(hosp.post(grant_type=grant_type, scope="system/Task.r"), 400, "unsupported_grant_type")
    assert description == "The only grant type here is client_credentials."


def test_the_token_is_in_no_log(hosp: Machine, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert hosp.get_token() not in caplog.text


def test_demo_token_is_that_of_the_client(hosp: Machine, store: Store) -> None:
    everything = token_actor(store, issue_demo_token(store, "hosp"))
    some = token_actor(store, issue_demo_token(store, "hosp", "system/Task.read"))
    assert everything is not None
    assert some is not None
    assert everything[0].scopes == ("system/Bundle.c", "system/Task.rus", "system/ServiceRequest.rs")
    assert some[0].scopes == ("system/Task.rs",)


def test_demo_token_goes_no_further_than_the_grant(hosp: Machine, store: Store) -> None:
    with pytest.raises(Invalid):
        issue_demo_token(store, "hosp", "system/Goal.r")
    with pytest.raises(Invalid):
        issue_demo_token(store, "hosp", "")
    with pytest.raises(NotFound):
        issue_demo_token(store, "nobody")
    registry.suspend(store, "hosp")
    with pytest.raises(NotFound):
        issue_demo_token(store, "hosp")
