"""A database that is not as it should be: one clear sentence and exit 4, whatever the command."""

import json
import socket
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from hub.cli import main
from hub.cli.exits import Exit
from tests.hub.cli.test_kinds import EMPTY
from tests.postgres import NoPostgres, cluster, do_without

PASSWORD = "right"
COMMANDS = (["check"], ["init"], ["partner", "list"], ["worker", "--once"], ["demo", "--once"], ["token", "demo-chu"])


@pytest.fixture(scope="module")
def server():
    """The socket's folder of a PostgreSQL with three logins and their databases, and passwords."""
    try:
        with cluster() as url:
            with psycopg.connect(url, autocommit=True) as connection:
                for login, right in (("keeper", "CREATEROLE"), ("few", "NOCREATEROLE"), ("guest", "CREATEROLE")):
                    connection.execute(f"CREATE ROLE {login} LOGIN {right} PASSWORD '{PASSWORD}'")
                    owner = "hub" if login == "guest" else login
                    connection.execute(f"CREATE DATABASE {login} OWNER {owner}")
                (page,) = connection.execute("SHOW hba_file").fetchone()
                rules = Path(page)
                rules.write_text("local all keeper,few,guest scram-sha-256\n" + rules.read_text())
                connection.execute("SELECT pg_reload_conf()")
            folder = parse_qs(urlsplit(url).query)["host"][0]
            wait_until_passwords_count(folder)
            yield folder
    except NoPostgres as reason:
        do_without(reason)


def wait_until_passwords_count(folder):
    for _ in range(100):
        try:
            psycopg.connect(host=folder, user="keeper", dbname="keeper").close()
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    pytest.fail("PostgreSQL did not read its rules again")


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Run a command on a database, give its exit code and the codes of what it reports."""
    monkeypatch.chdir(tmp_path)

    def run(url, command):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            monkeypatch.setenv("PORT", str(free.getsockname()[1]))
        monkeypatch.setenv("HUB_ENV", "demo")
        monkeypatch.setenv("HUB_DEMO_DATABASE_URL", url)
        code = main([*command, "--json"])
        return code, [json.loads(line)["code"] for line in capsys.readouterr().err.splitlines()]

    return run


def postgres(server, login, password=PASSWORD, database=None):
    return f"postgresql://{login}:{password}@/{database or login}?host={server}"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("login", "password", "database", "code"),
    [
        ("keeper", "wrong", "keeper", "ready-database-login"),
        ("nobody", PASSWORD, "keeper", "ready-database-login"),
        ("keeper", PASSWORD, "absent", "ready-database-absent"),
        ("few", PASSWORD, "few", "ready-database-role"),
        ("guest", PASSWORD, "guest", "ready-database-tables"),
    ],
)
def test_postgres_says_what_is_wrong(server, run, command, login, password, database, code):
    exit_code, codes = run(postgres(server, login, password, database), command)
    assert exit_code == Exit.NOT_READY
    assert code in codes


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_server_says_so(run, command, tmp_path):
    assert run(f"postgresql://keeper@/keeper?host={tmp_path}", command) == (Exit.NOT_READY, ["ready-database"])


@pytest.mark.parametrize("command", COMMANDS[:3], ids=" ".join)
def test_a_host_that_is_silent_says_so_within_seconds(run, command):
    """It takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        begun = time.monotonic()
        exit_code, codes = run(f"postgresql://keeper@127.0.0.1:{silent.getsockname()[1]}/keeper", command)
    assert (exit_code, codes) == (Exit.NOT_READY, ["ready-database"])
    assert time.monotonic() - begun < 15


def test_the_right_login_gets_ready(server, run):
    assert run(postgres(server, "keeper"), ["check"]) == (Exit.NOT_READY, ["ready-no-record"])
    assert run(postgres(server, "keeper"), ["init"]) == (Exit.OK, [])
    assert run(postgres(server, "keeper"), ["check"]) == (Exit.OK, EMPTY)


@pytest.mark.parametrize("command", [["check"], ["partner", "list"]], ids=" ".join)
def test_sqlite_without_tables_or_without_a_database_says_so(run, command, tmp_path):
    assert run(f"sqlite:///{tmp_path}/empty.sqlite", command) == (Exit.NOT_READY, ["ready-no-record"])
    (tmp_path / "other.sqlite").write_bytes(b"no database" * 1000)
    assert run(f"sqlite:///{tmp_path}/other.sqlite", command) == (Exit.NOT_READY, ["ready-database-file"])
    assert run(f"sqlite:///{tmp_path}/nowhere/x.sqlite", command) == (Exit.NOT_READY, ["ready-database-folder"])


def test_a_folder_that_cannot_be_made_is_said(monkeypatch, run, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HUB_VAR", str(tmp_path / "file" / "var"))
    assert run("", ["init"]) == (Exit.NOT_READY, ["cli-init-folder"])
