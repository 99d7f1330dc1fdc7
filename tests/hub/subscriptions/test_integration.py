"""A real receiver on this machine, the real way out, and `hub worker` as a process that is killed in the middle."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from hub.record.db.store import open_store
from hub.record.repository.subscriptions import SubscriptionMixin
from tests.hub.subscriptions.conftest import FHIR, register_clients, watch
from tests.hub.subscriptions.receiver import Received
from tests.territory import Territory, of_domain, request, settle_territory, task

ROOT = Path(__file__).parents[3]
# The hub takes none that is not random.
KEY = os.urandom(64)


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Keeps what it was sent in its server's `received`; says `answer` after `pause` seconds."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(self.path, body, headers))  # type: ignore[attr-defined]
        time.sleep(self.server.pause)  # type: ignore[attr-defined]
        try:
            self.send_response(200)
            self.end_headers()
        except OSError:
            return  # whoever asked is dead

    def log_message(self, *_told: object) -> None:
        return


@pytest.fixture
def endpoint():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.received, server.pause = [], 0.0
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def worker(database: str, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {
        "HUB_ENV": "demo",
        "HUB_DATABASE_URL": database,
        "HUB_VAR": str(home),
        "HUB_SEAL_KEY": b64encode(KEY).decode(),
    }
    return subprocess.Popen([sys.executable, "-m", "hub", "worker", *arguments], cwd=ROOT, env=environment)


def until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.02)


def test_a_worker_that_is_killed_while_it_sends_is_followed_by_the_same_message(database, tmp_path, endpoint):
    store = open_store(database, (KEY,))
    here = settle_territory(store)
    register_clients(store, "ccas")
    here.join_circle("ccas")
    record = SubscriptionMixin(store, here.actor("ccas"), FHIR)
    made = record.create(watch(endpoint=f"http://127.0.0.1:{endpoint.server_port}/hook"))
    assert worker(database, tmp_path, "--once").wait(60) == 0
    assert record.standing(made.name).status == "active"
    name = _add(here)
    endpoint.pause = 60.0
    killed = worker(database, tmp_path)
    until(lambda: len(endpoint.received) == 2)
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)
    endpoint.pause = 0.0
    _lapse(store)
    following = worker(database, tmp_path)
    until(lambda: len(endpoint.received) == 3)
    following.send_signal(signal.SIGTERM)
    assert following.wait(30) == 0
    handshake, lost, again = endpoint.received
    assert (handshake.kind, lost.focuses, lost.numbers) == ("handshake", [name], [1])
    assert (again.id, again.numbers, again.focuses) == (lost.id, lost.numbers, lost.focuses)
    secret = made.body.decode().partition('"whsec_')[2].partition('"')[0]
    Webhook(secret).verify(again.body, again.headers)
    assert again.headers["content-type"] == "application/fhir+json"
    assert worker(database, tmp_path, "--once").wait(60) == 0
    assert len(endpoint.received) == 3
    store.dispose()


def _add(here: Territory) -> str:
    made = task("t1", "Organization/ccas", "ServiceRequest/r1", extension=[of_domain("social-droits")])
    return here.write(request("r1"), made, by="Organization/dac")


def _lapse(store) -> None:
    """The dead worker's lease, ended ahead of its time."""
    from sqlalchemy import update

    from hub.record.tables import subscription

    with store.write() as connection:
        connection.execute(update(subscription).values(busy=0))
