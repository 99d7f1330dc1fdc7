"""A PostgreSQL for the tests: the one of `HUB_TEST_POSTGRES_URL`, or a cluster of our own from the machine's binaries.

Ours lives in a new folder under the temporary directory, listens on a Unix socket only, trusts who can reach it and
syncs nothing. PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

HOW_TO_GET_IT = "no PostgreSQL here: apt-get install postgresql, or set HUB_TEST_POSTGRES_URL"


class NoPostgres(Exception):
    """This machine has no server binaries, or they do not start."""


def do_without(reason: NoPostgres) -> NoReturn:
    """End the test: a skip, or a failure when HUB_REQUIRE wants PostgreSQL."""
    if "postgres" in os.environ.get("HUB_REQUIRE", "").split(","):
        pytest.fail(str(reason), pytrace=False)
    pytest.skip(str(reason))


class Server:
    """A running PostgreSQL in which tests make databases of their own."""

    def __init__(self, url: str, prefix: str) -> None:
        # SQLAlchemy's way to name the driver is unknown to the driver itself.
        self._url, self._prefix, self._made = url.replace("+psycopg", "", 1), prefix, 0

    def create(self, template: str = "template0") -> str:
        """A new database, empty or a copy of `template` (a name); gives its name."""
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    def url(self, name: str) -> str:
        """The address of the database `name`."""
        parts = psycopg.conninfo.conninfo_to_dict(self._url)
        login = quote(str(parts.get("user", "")), safe="")
        if parts.get("password"):
            login += ":" + quote(str(parts["password"]), safe="")
        where = f"host={quote(str(parts.get('host', '')), safe='')}&port={parts.get('port', 5432)}"
        return f"postgresql://{login}@/{name}?{where}"

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


# What a machine loses when it stops does not matter to tests.
_CARELESS = ("max_connections=100", "fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def cluster(options_of_server: Sequence[str] = _CARELESS) -> Iterator[str]:
    """The address of a new cluster, gone with all it holds at the end. Raises NoPostgres."""
    binaries, account = find_binaries(), find_account()
    home = Path(tempfile.mkdtemp(prefix="maillage-postgres-"))
    try:
        if account:
            os.chown(home, account.pw_uid, account.pw_gid)
        data = home / "data"
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        _run_initdb(binaries / "initdb", data, options)
        # No TCP: the folder, which is ours alone, is the address.
        settings = ["listen_addresses=", f"unix_socket_directories={home}", *options_of_server]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *(word for setting in settings for word in ("-c", setting))],
                stdout=log,
                stderr=log,
                cwd="/",
                **options,
            )
        try:
            yield _when_ready(f"postgresql://hub@/postgres?host={quote(str(home), safe='')}", process)
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def find_binaries() -> Path:
    """Where `initdb` and `postgres` are, the newest release first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(told.stdout.strip()))
    if found := shutil.which("postgres"):
        folders.append(Path(found).parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(HOW_TO_GET_IT)


def find_account() -> pwd.struct_passwd | None:
    """The account to become when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL does not run as root, and there is no account `postgres` or `nobody`")


def _run_initdb(initdb: Path, data: Path, options: dict[str, object]) -> None:
    words = [initdb, "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False, **options)
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")


def _when_ready(url: str, process: subprocess.Popen[bytes]) -> str:
    for _ in range(300):
        with suppress(psycopg.OperationalError), psycopg.connect(url):
            return url
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise NoPostgres("PostgreSQL did not start")
