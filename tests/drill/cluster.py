"""A PostgreSQL of its own that can be killed and started again, and a synchronous standby of it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.postgres import NoPostgres, find_account, find_binaries

_STANDBY = "standby"


class Cluster:
    """A server with its data and its socket in `home`. Its settings for durability are PostgreSQL's own."""

    def __init__(self, home: Path) -> None:
        self.home, self._binaries = home, find_binaries()
        account = find_account()
        self._options: dict[str, Any] = {"cwd": "/"}
        home.mkdir()
        if account:
            os.chown(home, account.pw_uid, account.pw_gid)
            self._options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> str:
        return f"{self.home}/.s.PGSQL.5432"

    def build_url(self, database: str = "postgres") -> str:
        return f"postgresql://hub@/{database}?host={quote(str(self.home), safe='')}"

    def create(self) -> None:
        """Make an empty cluster."""
        words = ["-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "-D", str(self.home / "data"), *words)

    def copy(self, primary: Cluster) -> None:
        """Make a standby of `primary`, which runs."""
        source = f"host={primary.home} user=hub application_name={_STANDBY}"
        self._run("pg_basebackup", "-D", str(self.home / "data"), "-R", "-c", "fast", "--no-sync", "-d", source)

    def start(self) -> None:
        """Start the server, and wait until it answers. Right after it was killed, its processes may still be ending."""
        settings = ["listen_addresses=", f"unix_socket_directories={self.home}", "max_connections=60"]
        words = [word for setting in settings for word in ("-c", setting)]
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                with (self.home / "log").open("ab") as log:
                    command = [str(self._binaries / "postgres"), "-D", str(self.home / "data"), *words]
                    self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._options)
            with suppress(psycopg.OperationalError), psycopg.connect(self.build_url()):
                return
            time.sleep(0.1)
        raise NoPostgres((self.home / "log").read_text(errors="replace")[-1000:])

    def ask(self, statement: str) -> Any:
        """The first value of the result of `statement`, in a transaction of its own."""
        with psycopg.connect(self.build_url(), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]  # constants of the drill
            return cursor.fetchone()[0] if cursor.description else None

    def require_standby(self) -> None:
        """Acknowledge no commit that the standby has not, and wait until it follows."""
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{_STANDBY}'")
        self.ask("SELECT pg_reload_conf()")
        until = time.monotonic() + 30
        while self.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != 1:
            if time.monotonic() > until:
                raise NoPostgres("the standby does not follow")
            time.sleep(0.1)

    def promote(self) -> None:
        """Make the standby a server of its own."""
        self.ask("SELECT pg_promote()")

    def kill(self) -> None:
        """Kill the server: its other processes end by themselves, without a checkpoint."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)

    def stop(self) -> None:
        """End the server at once; what it holds is deleted afterwards."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)

    def _run(self, program: str, *words: str) -> None:
        made = subprocess.run(
            [str(self._binaries / program), *words], capture_output=True, text=True, check=False, **self._options
        )
        if made.returncode:
            raise NoPostgres(f"{program} failed: {made.stderr[-500:]}")
