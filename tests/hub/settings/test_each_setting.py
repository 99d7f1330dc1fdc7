"""Each setting of `.env.example` changes what the hub does; one without a case here fails."""

from __future__ import annotations

import base64
import os
import re
import runpy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import TimeoutError

from hub.app import create_app
from hub.cli import worker
from hub.settings.settings import load
from tests.hub.desk.web.browsing import Browsing
from tests.people import enrol

ROOT = Path(__file__).parents[3]
KEY = base64.b64encode(bytes(range(64))).decode()
OTHER_KEY = base64.b64encode(bytes(range(64, 128))).decode()
BASE = {"HUB_ENV": "production", "HUB_BASE_URL": "https://hub.example.org", "HUB_SEAL_KEY": KEY}
# For the tests alone: `tests/conftest.py` reads it.
OF_TESTS = {"HUB_TEST_POSTGRES_URL"}


class Hub:
    """What a hub with these settings does. `store`: an open record."""

    def __init__(self, environment, store, monkeypatch):
        self.environment, self.store, self.monkeypatch = environment, store, monkeypatch
        self.settings = load(environment)

    def ask(self, method, path, **request):
        return create_app(self.settings, self.store).test_client().open(path, method=method, **request)

    def ask_often(self, path="/fhir/metadata"):
        client = create_app(self.settings, self.store).test_client()
        return [client.get(path).status_code for _ in range(6)]

    def ask_from(self, *addresses):
        client = create_app(self.settings, self.store).test_client()
        return [client.get("/fhir/metadata", headers={"X-Forwarded-For": a}).status_code for a in addresses]

    def count_sessions(self):
        """How many of three sessions of an account go on."""
        person = enrol(self.store, f"nadia{self.settings.limits.sessions}@dac.example")
        browsers = [Browsing(create_app(self.settings, self.store)) for _ in range(3)]
        for browser in browsers:
            browser.sign_in(person)
        return [browser.get("/compte").status_code for browser in browsers]

    def count_connections(self):
        """How many of two threads read at once."""
        self.monkeypatch.setattr("hub.record.db.pool._PATIENCE", 0.05)
        url = self.store.writer.url.render_as_string(hide_password=False)
        opened = create_app(replace(self.settings, database_url=url)).extensions["service"].store

        def read():
            with opened.read():
                return 2

        try:
            with opened.read(), ThreadPoolExecutor(1) as threads:
                return threads.submit(read).result()
        except TimeoutError:
            return 1
        finally:
            opened.dispose()

    def read_server(self, *names):
        for name in [name for name in os.environ if name.startswith("HUB_") or name == "PORT"]:
            self.monkeypatch.delenv(name)
        for name, value in self.environment.items():
            self.monkeypatch.setenv(name, value)
        page = runpy.run_path(str(ROOT / "config" / "gunicorn.py"))
        return [page[name] for name in names]

    def read_delays(self):
        """The delays with which the worker delivers."""
        calls = []
        jobs = "hub.subscriptions.worker.list_notification_jobs"
        self.monkeypatch.setattr(jobs, lambda *arguments: calls.append(arguments) or [])
        worker.list_jobs(self.store, self.settings)
        return calls[0][3]

    def read_worker(self, patched):
        """The arguments after the store with which the worker calls `patched`."""
        calls = []
        self.monkeypatch.setattr(patched, lambda _store, *arguments: calls.append(arguments) or 0)
        self.monkeypatch.setattr(self.store, "now", lambda: 10**15)
        for job in worker.list_jobs(self.store, self.settings):
            if job.name in ("deliveries", "notices", "noted", "dead", "journal-term"):
                job.run()
        return [a for call in calls for a in call if isinstance(a, int | tuple)]


ONE = {"HUB_LIMIT_RATE": "1", "HUB_LIMIT_BURST": "2"}
# Setting → (other settings, one value, another value, what has to differ between them).
CASES = {
    "HUB_ENV": ({"HUB_LIMIT_BODY": ""}, "production", "demo", lambda hub: hub.settings.limits),
    "HUB_BASE_URL": (
        {},
        *("https://hub.example.org", "https://other.example.org"),
        lambda hub: hub.ask("GET", "/fhir/.well-known/smart-configuration").json["token_endpoint"],
    ),
    "HUB_VAR": ({}, "/tmp/one", "/tmp/other", lambda hub: hub.settings.database_url),
    "HUB_DATABASE_URL": ({}, "", "postgresql://hub@db/x", lambda hub: hub.settings.database_url),
    "HUB_DEMO_DATABASE_URL": (
        {"HUB_ENV": "demo"},
        *("", "postgresql://hub@db/x"),
        lambda hub: hub.settings.database_url,
    ),
    "HUB_HOST": ({}, "127.0.0.1", "0.0.0.0", lambda hub: hub.read_server("bind")),
    "PORT": ({}, "8001", "8002", lambda hub: hub.read_server("bind")),
    "HUB_WORKERS": ({}, "1", "2", lambda hub: hub.read_server("workers")),
    "HUB_THREADS": ({}, "1", "2", lambda hub: hub.read_server("threads")),
    "HUB_CONNECTIONS": ({}, "1", "2", lambda hub: hub.count_connections()),
    "HUB_SEAL_KEY": ({}, KEY, OTHER_KEY, lambda hub: hub.settings.seal_keys[0]),
    "HUB_SEAL_KEY_PREVIOUS": ({}, "", OTHER_KEY, lambda hub: len(hub.settings.seal_keys)),
    "HUB_SEAL_KEY_FILE": ({"HUB_SEAL_KEY": ""}, "{one}", "{other}", lambda hub: hub.settings.seal_keys[0]),
    "HUB_SEAL_KEY_PREVIOUS_FILE": ({}, "", "{other}", lambda hub: len(hub.settings.seal_keys)),
    "HUB_PROXY": (ONE, "0", "1", lambda hub: hub.ask_from("192.0.2.1", "192.0.2.2", "192.0.2.3")),
    "HUB_METRICS_TOKEN": ({}, "", "m" * 32, lambda hub: hub.ask("GET", "/metrics").status_code),
    "HUB_LIMIT_BODY": (
        {},
        *("65536", "131072"),
        lambda hub: create_app(hub.settings, hub.store).config["MAX_CONTENT_LENGTH"],
    ),
    "HUB_LIMIT_BATCH": (
        {},
        *("1", "5000"),
        lambda hub: create_app(hub.settings, hub.store).extensions["service"].limits.batch,
    ),
    "HUB_LIMIT_RATE": ({"HUB_LIMIT_BURST": "2"}, "0", "1", lambda hub: hub.ask_often()),
    "HUB_LIMIT_BURST": ({"HUB_LIMIT_RATE": "1"}, "2", "4", lambda hub: hub.ask_often()),
    "HUB_LIMIT_SESSIONS": ({}, "1", "2", lambda hub: hub.count_sessions()),
    "HUB_DELIVERY_DELAYS": ({}, "1", "2 3", lambda hub: hub.read_delays()),
    "HUB_NOTICE_DAYS": ({}, "1", "2", lambda hub: hub.read_worker("hub.subscriptions.worker.purge_notices")),
    "HUB_NOTED_DAYS": ({}, "1", "2", lambda hub: hub.read_worker("hub.record.admission.inbox.purge_noted")),
    "HUB_DEAD_DAYS": ({}, "1", "2", lambda hub: hub.read_worker("hub.record.admission.inbox.purge_dead_letters")),
    "HUB_JOURNAL_DAYS": ({}, "1", "2", lambda hub: hub.read_worker("hub.record.audit.purge.purge_journal")),
    "HUB_DEMAND_DAYS": ({}, "1", "2", lambda hub: hub.settings.demand_days),
    "HUB_IDP_FILE": ({}, "", "/nowhere/idp.toml", lambda hub: hub.settings.idp_file),
}


def list_documented():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def test_a_9_each_setting_has_a_case():
    assert list_documented() - OF_TESTS == set(CASES)


def observe(name, value, others, act, store, tmp_path, monkeypatch):
    for file, key in (("one", KEY), ("other", OTHER_KEY)):
        path = tmp_path / file
        path.write_text(key)
        path.chmod(0o600)
    value = value.format(one=tmp_path / "one", other=tmp_path / "other")
    environment = BASE | {"HUB_VAR": str(tmp_path / f"var-{len(value)}-{value[-1:]}")} | others | {name: value}
    return act(Hub({key: text for key, text in environment.items() if text}, store, monkeypatch))


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_9_each_setting_changes_what_the_hub_does(name, store, tmp_path, monkeypatch):
    others, one, other, act = CASES[name]
    first, second = (observe(name, value, others, act, store, tmp_path, monkeypatch) for value in (one, other))
    assert first != second


def test_a_9_a_setting_that_nothing_reads_is_noticed(store, tmp_path, monkeypatch):
    monkeypatch.setattr("hub.app._make_rate_limit", lambda _settings: None)
    for name in ("HUB_LIMIT_RATE", "HUB_LIMIT_BURST"):
        with pytest.raises(AssertionError):
            test_a_9_each_setting_changes_what_the_hub_does(name, store, tmp_path, monkeypatch)
