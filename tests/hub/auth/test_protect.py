"""From the Authorization header to the actor (`docs/security.md` RS-1 to RS-3, T19, T35, T38, `docs/leaks.md` L127, L128)."""

from __future__ import annotations

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from hub.auth import make_authenticator
from hub.domain.errors import Malformed
from hub.http.bearer import CHALLENGE, CHALLENGE_INVALID_TOKEN, Unauthenticated
from hub.record.clients import registry
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.hub.auth.conftest import Machine


@pytest.fixture
def fhir(store: Store) -> FlaskClient:
    """A route that answers with the client of its actor, and with the statuses of the API."""
    app = Flask("fhir")
    authenticate = make_authenticator(lambda: store)

    @app.route("/fhir/Task", methods=["GET", "POST"])
    def show_client() -> str:
        return authenticate(request.headers.get("Authorization")).client

    @app.errorhandler(Unauthenticated)
    def handle_unauthenticated(error: Unauthenticated) -> Response:
        return Response(status=401, headers={"WWW-Authenticate": error.challenge})

    @app.errorhandler(Malformed)
    def handle_malformed(_error: Malformed) -> Response:
        return Response(status=400)

    return app.test_client()


def get(fhir: FlaskClient, authorization: str) -> tuple[int, str | None]:
    answer = fhir.get("/fhir/Task", headers={"Authorization": authorization})
    return answer.status_code, answer.headers.get("WWW-Authenticate")


def test_rs_1_the_header_is_the_only_place(fhir: FlaskClient, hosp: Machine) -> None:
    token = hosp.get_token()
    assert fhir.get("/fhir/Task", headers={"Authorization": f"Bearer {token}"}).text == "hosp"
    elsewhere = [
        fhir.get(f"/fhir/Task?access_token={token}"),
        fhir.post("/fhir/Task", data={"access_token": token}),
        fhir.get("/fhir/Task", headers={"Cookie": f"access_token={token}"}),
    ]
    assert {(answer.status_code, answer.headers["WWW-Authenticate"]) for answer in elsewhere} == {(401, CHALLENGE)}


def test_rs_2_without_and_with_a_bad_token(fhir: FlaskClient, hosp: Machine) -> None:
    assert fhir.get("/fhir/Task").headers["WWW-Authenticate"] == 'Bearer realm="fhir"'
    assert get(fhir, "Basic aG9zcDp4") == (401, CHALLENGE)
    assert get(fhir, f"Bearer {'A' * 43}") == (401, CHALLENGE_INVALID_TOKEN)


def test_rs_3_t35_an_assertion_is_not_a_token(fhir: FlaskClient, hosp: Machine) -> None:
    assert get(fhir, f"Bearer {hosp.assertion()}") == (401, CHALLENGE_INVALID_TOKEN)


def test_rs_3_expired(fhir: FlaskClient, hosp: Machine, clock: FakeClock) -> None:
    token = hosp.get_token()
    clock.tick(300_000)
    assert get(fhir, f"Bearer {token}") == (401, CHALLENGE_INVALID_TOKEN)


def test_rs_3_l128_a_revoked_token_is_refused_at_the_next_request(fhir: FlaskClient, hosp: Machine) -> None:
    token = hosp.get_token()
    assert get(fhir, f"Bearer {token}") == (200, None)
    hosp.post(path="/oauth/revoke", token=token)
    assert get(fhir, f"Bearer {token}") == (401, CHALLENGE_INVALID_TOKEN)


def test_rs_3_t19_ac24_the_token_of_a_suspended_client_is_refused_at_once(
    fhir: FlaskClient, hosp: Machine, store: Store
) -> None:
    token = hosp.get_token()
    registry.suspend(store, "hosp")
    assert get(fhir, f"Bearer {token}") == (401, CHALLENGE_INVALID_TOKEN)


def test_t38_spellings_of_the_header(fhir: FlaskClient, hosp: Machine) -> None:
    token = hosp.get_token()
    assert get(fhir, f"bearer {token}") == (200, None)
    assert get(fhir, f"Bearer  {token}") == (401, CHALLENGE_INVALID_TOKEN)
    twice = fhir.get("/fhir/Task", headers=[("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")])
    assert twice.status_code == 400
