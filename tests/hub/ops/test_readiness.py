"""A database host that goes silent: `/readyz` says so within seconds, whatever the other connections do."""

import socket
import time

import pytest
from flask import Flask
from sqlalchemy import text

from hub.app import create_app
from hub.domain.actor import Actor
from hub.domain.messages import get_text
from hub.record.access.row_level_security import set_rls_context
from hub.record.access.session import ReadSession
from hub.record.db.engines import get_patience
from hub.record.db.flask_extension import attach
from hub.record.db.limits import WORKER, SessionLimits
from hub.record.db.store import FAILURES, open_store
from hub.record.repository.record import Record
from tests.conftest import SEAL_KEYS
from tests.relay import open_relay


@pytest.fixture
def name(postgres, postgres_template):
    name = postgres.create(postgres_template)
    yield name
    postgres.drop(name)


def test_a_host_that_falls_silent(settings, postgres, name):
    with open_relay(postgres, name) as (relay, url):
        store = open_store(url, SEAL_KEYS)
        http = create_app(settings, store).test_client()
        assert http.get("/readyz").status_code == 200
        with store.read() as connection:
            connection.execute(text("SELECT 1"))
        relay.is_silent = True
        begun = time.monotonic()
        answer = http.get("/readyz")
        assert (answer.status_code, answer.json["reasons"][0]["code"]) == (503, "ready-database")
        assert time.monotonic() - begun < 5
        relay.is_silent = False
        assert http.get("/readyz").status_code == 200
        store.dispose()


def test_f_3_a_request_to_a_host_that_fell_silent_ends(settings, postgres, name):
    with open_relay(postgres, name) as (relay, url):
        store = open_store(url, SEAL_KEYS, limits=SessionLimits(statement=1, lock=1, idle=1))
        http = create_app(settings, store).test_client()
        headers = {"Authorization": f"Bearer {'x' * 43}"}
        assert http.get("/fhir/Task/x", headers=headers).status_code == 401
        for transaction in (store.read, store.write):
            with transaction() as connection:
                connection.execute(text("SELECT 1"))
        relay.is_silent = True
        begun = time.monotonic()
        answer = http.get("/fhir/Task/x", headers=headers)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
        with pytest.raises(FAILURES), store.write() as connection:
            connection.execute(text("SELECT 1"))
        assert time.monotonic() - begun < 15
        relay.is_silent = False
        assert http.get("/fhir/Task/x", headers=headers).status_code == 401
        with store.write() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        store.dispose()


def test_a_host_that_never_said_a_word(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = open_store(f"postgresql://hub@127.0.0.1:{silent.getsockname()[1]}/hub", SEAL_KEYS)
        http = create_app(settings, store).test_client()
        begun = time.monotonic()
        assert http.get("/readyz").status_code == 503
        assert time.monotonic() - begun < 5


def test_f_3_each_kind_of_work_has_its_limits(postgres, name):
    app = Flask("statements")
    stores = {
        "requests": attach(app, postgres.url(name), SEAL_KEYS),
        "worker": open_store(postgres.url(name), SEAL_KEYS, limits=WORKER),
        "commands": open_store(postgres.url(name), SEAL_KEYS),
    }
    shown = {}
    for kind, store in stores.items():
        for transaction in (store.read, store.write):
            with transaction() as connection:
                names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "jit")
                row = [connection.scalar(text(f"SHOW {setting}")) for setting in names]
            shown[kind, transaction.__name__] = " ".join(row)
        store.dispose()
    assert shown == {
        ("requests", "read"): "10s 5s 20s off",
        ("requests", "write"): "20s 15s 20s off",
        ("worker", "read"): "5min 30s 5min off",
        ("worker", "write"): "5min 30s 5min off",
        ("commands", "read"): "0 0 0 off",
        ("commands", "write"): "0 0 0 off",
    }


@pytest.mark.parametrize(("action", "limit"), [("read", "5s"), ("search", "15s"), ("everything", "20s")])
def test_f_3_a_statement_of_a_reading_has_the_limit_of_its_action(postgres, name, action, limit):
    store = open_store(postgres.url(name), SEAL_KEYS)
    record = Record(store, Actor("Organization/x", "ssiad", "client", ("system/*.cruds",), "jti"))
    with record._open_reading(action, "Task/x", "r") as (session, _):
        assert session.connection.scalar(text("SHOW statement_timeout")) == limit
    store.dispose()


def test_d04_f_3_a_statement_that_is_ended_is_answered_503(settings, postgres, name, monkeypatch):
    store = open_store(postgres.url(name), SEAL_KEYS)

    def wait(*_arguments):
        with store.read() as connection:
            set_rls_context(ReadSession(Actor("Organization/x", "ssiad", "c"), 1, connection, SEAL_KEYS), 1)
            connection.execute(text("SELECT pg_sleep(20)"))

    monkeypatch.setattr("hub.auth.protect.token_actor", wait)
    answer = (
        create_app(settings, store).test_client().get("/fhir/Task/x", headers={"Authorization": f"Bearer {'x' * 43}"})
    )
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    assert answer.json["issue"][0]["diagnostics"] == get_text("http-unavailable")
    with store.read() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
    store.dispose()


def test_what_the_address_says_stays():
    assert get_patience("postgresql://hub@database/hub?connect_timeout=30")["tcp_user_timeout"] == "10000"
    assert "connect_timeout" not in get_patience("postgresql://hub@database/hub?connect_timeout=30")
