"""An authorization server with three clients, and the requests that these send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import RSAKey, import_key
from werkzeug.test import TestResponse

from hub.administration.public_keys import strip_private_members
from hub.auth import AuthConfig, create_auth_blueprint, make_key, parse_public_key
from hub.auth.assertion import ASSERTION_TYPE
from hub.record.clients.registry import register
from hub.record.db.store import Store
from tests.clock import FakeClock
from tests.partners import SSIAD

CONFIG = AuthConfig("https://hub.example")
FORM = "application/x-www-form-urlencoded"


@dataclass
class Machine:
    """The software of a client. The `header` and `claims` of a call replace those of a right assertion; None removes one."""

    http: FlaskClient
    clock: FakeClock
    client_id: str
    jwk: Mapping[str, Any]
    _numbers: count[int] = field(default_factory=count)

    def assertion(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        now = self.clock() // 1_000_000
        right = {"iss": self.client_id, "sub": self.client_id, "aud": CONFIG.token_url, "exp": now + 240}
        payload = {**right, "jti": f"{self.client_id}-{next(self._numbers)}", **claims}
        head = {"typ": "JWT", "alg": self.jwk["alg"], "kid": self.jwk["kid"], **(header or {})}
        return jws.serialize_compact(
            {name: value for name, value in head.items() if value is not None},
            # ASCII escapes carry any text, half a surrogate too.
            json.dumps({name: value for name, value in payload.items() if value is not None}),
            import_key({name: value for name, value in self.jwk.items() if name != "alg"}),
            algorithms=[head["alg"]],
        )

    def post(self, assertion: str | None = None, path: str = "/oauth/token", **fields: str) -> TestResponse:
        """POST to `path` with an assertion, by default a new right one."""
        credentials = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion or self.assertion()}
        return self.http.post(path, data=urlencode({**credentials, **fields}), content_type=FORM)

    def request_token(self, assertion: str | None = None, scope: str = "system/Task.r", **fields: str) -> TestResponse:
        return self.post(assertion, grant_type="client_credentials", scope=scope, **fields)

    def get_token(self) -> str:
        """A new token of this client."""
        token: str = self.request_token().json["access_token"]
        return token


@pytest.fixture
def database(sqlite_database: str) -> str:
    """SQLite only: what depends on the database is tested on both in tests/hub/record."""
    return sqlite_database


@pytest.fixture
def http(store: Store) -> FlaskClient:
    app = Flask("test")
    app.register_blueprint(create_auth_blueprint(CONFIG, lambda: store))
    return app.test_client()


@pytest.fixture
def hosp(http: FlaskClient, clock: FakeClock, store: Store) -> Machine:
    """A hospital, with an EC key and few scopes."""
    jwk = make_key("k1")
    scopes = ("system/Bundle.c", "system/Task.rus", "system/ServiceRequest.rs")
    register(
        store, replace(SSIAD, client_id="hosp", scopes=scopes, keys=(parse_public_key(strip_private_members(jwk)),))
    )
    return Machine(http, clock, "hosp", jwk)


@pytest.fixture(scope="session")
def rsa() -> dict[str, Any]:
    """An RSA key for all tests, since making one is slow."""
    return {**RSAKey.generate_key(3072).as_dict(private=True), "kid": "k1", "alg": "RS384"}


@pytest.fixture
def gp(http: FlaskClient, clock: FakeClock, store: Store, rsa: dict[str, Any]) -> Machine:
    """A GP practice, with an RSA key of the same kid and all scopes."""
    register(
        store,
        replace(
            SSIAD, client_id="gp", scopes=("system/*.cruds",), keys=(parse_public_key(strip_private_members(rsa)),)
        ),
    )
    return Machine(http, clock, "gp", rsa)


@pytest.fixture
def watch(http: FlaskClient, clock: FakeClock, store: Store) -> Machine:
    """A client that may introspect all tokens."""
    jwk = make_key("w1")
    keys = (parse_public_key(strip_private_members(jwk)),)
    register(store, replace(SSIAD, client_id="watch", can_introspect=True, keys=keys))
    return Machine(http, clock, "watch", jwk)


def check_error(answer: TestResponse, status: int, error: str) -> str:
    """Check that `answer` is the OAuth error `error` with all that belongs to it. Returns its description."""
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert set(answer.json) == {"error", "error_description"}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    description: str = answer.json["error_description"]
    return description
