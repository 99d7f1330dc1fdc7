"""What most tests start from: a clock that stands still, seeded identifiers, and a record on each database."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from hub.record.db.store import Store, open_store
from hub.settings.settings import Settings, load
from tests.browser import NoBrowser, launch
from tests.clock import FakeClock
from tests.ids import SeededIds
from tests.pages.run_number import draw_number
from tests.postgres import NoPostgres, Server, cluster

SEAL_KEYS = (b"0" * 64,)

# Each test has a database of its own: several hundred small files, which a disk makes ten times slower than memory does.
_MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 << 30:
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

# Before workers begin, which take it over.
draw_number()

# The same examples in every run: a fault that chance finds once is a new test, not a run to repeat. Machines are noisy.
hypothesis.settings.register_profile("hub", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("hub")


@pytest.fixture(autouse=True)
def forget_metrics_folder() -> Iterator[None]:
    """Let no test that runs `config/gunicorn.py` in its process leave the folder of the workers' figures to the next."""
    yield
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of this test process. Where there is none: a skip, or a failure when HUB_REQUIRE wants it."""
    prefix = f"maillage_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    if url := os.environ.get("HUB_TEST_POSTGRES_URL"):
        yield Server(url, prefix)
        return
    try:
        with cluster() as url:
            yield Server(url, prefix)
    except NoPostgres as reason:
        if "postgres" in os.environ.get("HUB_REQUIRE", "").split(","):
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium of this test process. Where there is none: a skip, or a failure when HUB_REQUIRE wants it."""
    try:
        with launch() as chromium:
            yield chromium
    except NoBrowser as reason:
        if "browser" in os.environ.get("HUB_REQUIRE", "").split(","):
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> Iterator[str]:
    """The name of a database that has the tables and nothing in them: copied for each test."""
    name = postgres.create()
    _create_tables(postgres.url(name))
    yield name
    postgres.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that has the tables and nothing in them: copied for each test."""
    path = tmp_path_factory.mktemp("template") / "hub.sqlite"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def new_id() -> SeededIds:
    return SeededIds()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a database with empty tables, on SQLite."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'hub.sqlite')}"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with empty tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(database: str, clock: FakeClock, new_id: SeededIds) -> Iterator[Store]:
    """An open record with empty tables."""
    opened = open_store(database, SEAL_KEYS, durable=False, now=clock, new_id=new_id)
    yield opened
    opened.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of a demo in a folder of its own."""
    return load({"HUB_ENV": "demo", "HUB_VAR": str(tmp_path / "var")})


@pytest.fixture
def app(settings: Settings, store: Store) -> Flask:
    """The hub on `store`, with all its doors. They are imported here: a test of an adapter needs none of them."""
    from hub.app import create_app

    return create_app(settings, store)


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    """Someone outside, over HTTP."""
    return app.test_client()


def _create_tables(url: str) -> None:
    """The tables as `hub init` makes them."""
    from hub.record.maintenance.migrate import migrate

    opened = open_store(url, SEAL_KEYS, durable=False)
    migrate(opened)
    opened.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """By which number the looks of pages were drawn; and a line for each reason to skip: what was not tried, and how to get it
    (`docs/contract.md` §1)."""
    terminalreporter.write_line(f"HUB_LOOKS={draw_number()} judges pages in the same looks again")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"skipped {count}: {reason}")
