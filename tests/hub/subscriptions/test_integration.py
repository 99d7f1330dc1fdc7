"""A real HTTP receiver on this machine, and `hub worker` as a process that is killed while it sends."""

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
from tests.hub.subscriptions.conftest import FHIR, build_subscription, register_clients
from tests.hub.subscriptions.receiver import Received
from tests.territory import Territory, of_domain, request, settle_territory, task

ROOT = Path(__file__).parents[3]
# The hub refuses keys that are not random.
KEY = os.urandom(64)


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Keeps each request in `received` of its server, and answers 200 after `pause` seconds."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(self.path, body, headers))  # type: ignore[attr-defined]
        time.sleep(self.server.pause)  # type: ignore[attr-defined]
        try:
            self.send_response(200)
            self.end_headers()
        except OSError:
            return  # the worker was killed

    def log_message(self, *_arguments: object) -> None:
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


def start_worker(database: str, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {
        "HUB_ENV": "demo",
        "HUB_DEMO_DATABASE_URL": database,
        "HUB_VAR": str(home),
        "HUB_SEAL_KEY": b64encode(KEY).decode(),
    }
    return subprocess.Popen([sys.executable, "-m", "hub", "worker", *arguments], cwd=ROOT, env=environment)


def wait_until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "no notification came"
        time.sleep(0.02)


def test_after_a_worker_is_killed_the_same_message_is_sent_again(database, tmp_path, endpoint):
    store = open_store(database, (KEY,))
    here = settle_territory(store)
    register_clients(store, "ccas")
    here.join_circle("ccas")
    record = SubscriptionMixin(store, here.actor("ccas"), FHIR)
    created = record.create(build_subscription(endpoint=f"http://127.0.0.1:{endpoint.server_port}/hook"))
    assert start_worker(database, tmp_path, "--once").wait(60) == 0
    assert record.get_status(created.name).status == "active"
    name = _add_task(here)
    endpoint.pause = 60.0
    killed = start_worker(database, tmp_path)
    wait_until(lambda: len(endpoint.received) == 2)
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)
    endpoint.pause = 0.0
    _end_lease(store)
    following = start_worker(database, tmp_path)
    wait_until(lambda: len(endpoint.received) == 3)
    following.send_signal(signal.SIGTERM)
    assert following.wait(30) == 0
    handshake, lost, again = endpoint.received
    assert (handshake.kind, lost.focuses, lost.numbers) == ("handshake", [name], [1])
    assert (again.id, again.numbers, again.focuses) == (lost.id, lost.numbers, lost.focuses)
    secret = created.body.decode().partition('"whsec_')[2].partition('"')[0]
    Webhook(secret).verify(again.body, again.headers)
    assert again.headers["content-type"] == "application/fhir+json"
    assert start_worker(database, tmp_path, "--once").wait(60) == 0
    assert len(endpoint.received) == 3
    store.dispose()


def _add_task(here: Territory) -> str:
    action = task("t1", "Organization/ccas", "ServiceRequest/r1", extension=[of_domain("social-droits")])
    return here.write(request("r1"), action, by="Organization/dac")


def _end_lease(store) -> None:
    """End the lease of the killed worker at once."""
    from sqlalchemy import update

    from hub.record.tables import subscription

    with store.write() as connection:
        connection.execute(update(subscription).values(busy=0))
