"""A database host that goes silent: `/readyz` says so within seconds, whatever the other connections do."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from hub.app import create_app
from hub.record.db.engines import get_patience
from hub.record.db.flask_extension import attach
from hub.record.db.store import open_store
from tests.conftest import SEAL_KEYS


class Relay:
    """Carries bytes between TCP and a PostgreSQL's socket, until it falls silent with all its connections open."""

    def __init__(self, path):
        self._path, self.is_silent, self._open = path, False, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                if not self.is_silent:
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(self._path)
                    self._open.append(server)
                    for one, other in ((client, server), (server, client)):
                        threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        with suppress(OSError):
            while piece := one.recv(65536):
                while self.is_silent:
                    time.sleep(0.05)
                other.sendall(piece)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def close(self):
        self.is_silent = False
        for one in (self._listener, *self._open):
            one.close()


@contextmanager
def relayed(postgres, name):
    folder = parse_qs(urlsplit(postgres.url(name)).query)["host"][0]
    relay = Relay(f"{folder}/.s.PGSQL.5432")
    try:
        yield relay, f"postgresql://hub@127.0.0.1:{relay.port}/{name}"
    finally:
        relay.close()


@pytest.fixture
def name(postgres, postgres_template):
    name = postgres.create(postgres_template)
    yield name
    postgres.drop(name)


def test_a_host_that_falls_silent(settings, postgres, name):
    if not parse_qs(urlsplit(postgres.url(name)).query)["host"][0].startswith("/"):
        pytest.skip("the PostgreSQL of HUB_TEST_POSTGRES_URL has no socket here")
    with relayed(postgres, name) as (relay, url):
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


def test_a_host_that_never_said_a_word(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = open_store(f"postgresql://hub@127.0.0.1:{silent.getsockname()[1]}/hub", SEAL_KEYS)
        http = create_app(settings, store).test_client()
        begun = time.monotonic()
        assert http.get("/readyz").status_code == 503
        assert time.monotonic() - begun < 5


def test_d04_no_statement_of_the_server_outlasts_the_proxy(postgres, name):
    app = Flask("statements")
    store = attach(app, postgres.url(name), SEAL_KEYS)
    for transaction in (store.read, store.write):
        with transaction() as connection:
            assert connection.scalar(text("SHOW statement_timeout")) == "20s"
    store.dispose()


def test_what_the_address_says_stays():
    assert get_patience("postgresql://hub@database/hub?connect_timeout=30")["tcp_user_timeout"] == "10000"
    assert "connect_timeout" not in get_patience("postgresql://hub@database/hub?connect_timeout=30")
