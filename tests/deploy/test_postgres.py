"""The login and the database that `deploy/postgres` makes are what the hub needs, and no more."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from hub.ops.readiness import find_problems
from hub.record.db.store import open_store
from hub.record.maintenance.migrate import migrate
from tests.conftest import SEAL_KEYS
from tests.deploy.processes import ROOT
from tests.postgres import NoPostgres, cluster, do_without, find_binaries

SCRIPT = ROOT / "deploy" / "postgres" / "10-maillage.sh"


@pytest.fixture(scope="module")
def folder() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL that nobody else uses: roles are of the whole server."""
    try:
        with cluster() as url:
            yield parse_qs(urlsplit(url).query)["host"][0]
    except NoPostgres as reason:
        do_without(reason)


@pytest.fixture(scope="module")
def made(folder: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    password = tmp_path_factory.mktemp("secrets") / "password"
    password.write_text('it\'s a "password" $HOME')
    environment = {"PGHOST": folder, "POSTGRES_USER": "hub", "MAILLAGE_PASSWORD_FILE": str(password)}
    path = f"{find_binaries()}:{os.environ['PATH']}"
    subprocess.run(["bash", SCRIPT], env=environment | {"PATH": path}, check=True, capture_output=True)
    return folder


def test_the_hub_gets_ready_with_this_login(made: str) -> None:
    store = open_store(f"postgresql://maillage@/maillage?host={made}", SEAL_KEYS)
    try:
        migrate(store)
        assert find_problems(store) == []
    finally:
        store.dispose()


def test_the_login_is_no_superuser(made: str) -> None:
    with psycopg.connect(f"postgresql://maillage@/maillage?host={made}") as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = 'maillage'"
        ).fetchone()
    assert rights == (False, False, False, False)


def test_the_password_is_what_the_file_says(made: str, tmp_path: Path) -> None:
    """PostgreSQL checks it where `pg_hba.conf` asks for one."""
    with psycopg.connect(f"postgresql://hub@/postgres?host={made}", autocommit=True) as connection:
        rules = connection.execute("SHOW hba_file").fetchone()
        assert rules is not None
        page = Path(rules[0])
        page.write_text("local all maillage scram-sha-256\n" + page.read_text())
        connection.execute("SELECT pg_reload_conf()")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=made, user="maillage", dbname="maillage", password="password")
    psycopg.connect(host=made, user="maillage", dbname="maillage", password='it\'s a "password" $HOME').close()
