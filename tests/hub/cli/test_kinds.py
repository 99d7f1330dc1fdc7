"""A demo's record and a production's are never one (`docs/contract.md` §2)."""

import base64
import json
import os

import pytest
from sqlalchemy import delete, select

from hub.app import create_app
from hub.cli import main
from hub.cli.exits import Exit
from hub.cli.settings import load_settings
from hub.demo.territory import get_key_path, seed_territory
from hub.domain.errors import Conflict
from hub.record.clients.registry import Partner, register
from hub.record.db.store import open_store
from hub.record.maintenance.migrate import is_current, migrate
from hub.record.tables import client, record_kind
from hub.settings.settings import load
from tests.hub.cli.test_main import environment

__all__ = ["environment"]

KEY = base64.b64encode(bytes(range(64))).decode()
# What an operator is told of a record without organisations.
EMPTY = ["check-no-organisation", "check-no-desk", "check-no-sender"]
WITHOUT_ADMINISTRATOR = ["check-no-organisation", "check-no-administrator", "check-no-desk", "check-no-sender"]
COMMANDS = (["init"], ["check"], ["serve"], ["worker", "--once"], ["partner", "list"])


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run a command as a hub of this kind on the database at `url`; its exit code and the codes of what it says is wrong."""
    monkeypatch.setenv("HUB_SEAL_KEY", KEY)
    monkeypatch.setattr(os, "execv", lambda *_: None)
    (tmp_path / "var" / "demo").mkdir(parents=True, exist_ok=True)

    def run(kind, command, url):
        set_kind(monkeypatch, kind, url)
        capsys.readouterr()
        code = main([*command, "--json"])
        return code, [json.loads(line)["code"] for line in capsys.readouterr().err.splitlines()]

    return run


def set_kind(monkeypatch, kind, url):
    monkeypatch.setenv("HUB_ENV", kind)
    monkeypatch.setenv("HUB_BASE_URL", "https://hub.example.org" if kind == "production" else "http://127.0.0.1:8000")
    monkeypatch.setenv("HUB_PROXY", "1")
    monkeypatch.setenv("HUB_DATABASE_URL" if kind == "production" else "HUB_DEMO_DATABASE_URL", url)


OTHER = {"demo": "production", "production": "demo"}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("kind", ["demo", "production"])
def test_a_16_each_kind_refuses_the_record_of_the_other(run, database, kind, command):
    assert run(kind, ["init"], database) == (Exit.OK, [])
    assert run(OTHER[kind], command, database) == (Exit.NOT_READY, [f"record-is-{kind}"])
    missing = EMPTY if kind == "demo" else WITHOUT_ADMINISTRATOR
    assert run(kind, ["check"], database) == (Exit.OK, missing)


@pytest.mark.parametrize("kind", ["demo", "production"])
def test_a_16_a_server_that_is_started_otherwise_refuses_it_too(run, database, monkeypatch, kind):
    run(OTHER[kind], ["init"], database)
    set_kind(monkeypatch, kind, database)
    with pytest.raises(Conflict, match=f"record-is-{OTHER[kind]}"):
        create_app(load_settings())


def open_here(url):
    return open_store(url, (bytes(range(64)),))


def make_former(url, *names):
    """A record with clients of these names, made before records had a kind."""
    store = open_here(url)
    migrate(store)
    for name in names:
        register(store, Partner(name, name, "Organization/x", "ccas", ("system/*.rs",)))
    with store.write() as connection:
        connection.execute(delete(record_kind))
    return store


@pytest.mark.parametrize(
    ("names", "kind"),
    [(["demo-chu", "demo-dac"], "demo"), (["ccas"], "production"), (["demo-chu", "ccas"], "production")],
)
def test_a_16_a_record_made_before_is_what_its_clients_are(run, database, names, kind):
    make_former(database, *names).dispose()
    assert run(OTHER[kind], ["init"], database) == (Exit.NOT_READY, [f"record-is-{kind}"])
    assert run(kind, ["init"], database) == (Exit.OK, [])
    assert run(OTHER[kind], ["check"], database) == (Exit.NOT_READY, [f"record-is-{kind}"])


def test_a_16_the_demo_plants_nothing_in_a_production(run, database):
    store = make_former(database, "ccas")
    assert run("demo", ["demo", "--once"], database) == (Exit.NOT_READY, ["record-is-production"])
    with store.read() as connection:
        assert list(connection.scalars(select(client.c.client_id))) == ["ccas"]
    store.dispose()


def test_a_16_the_demo_has_a_folder_of_its_own(tmp_path):
    environment = {"HUB_ENV": "demo", "HUB_VAR": str(tmp_path), "HUB_DATABASE_URL": "postgresql://hub@db/production"}
    settings = load(environment)
    assert settings.database_url == f"sqlite:///{tmp_path}/demo/hub.sqlite"
    assert get_key_path(settings.var, "demo-chu") == tmp_path / "demo" / "keys" / "demo-chu.jwk"
    own = load(environment | {"HUB_DEMO_DATABASE_URL": "postgresql://hub@db/demo"})
    assert own.database_url == "postgresql://hub@db/demo"
    production = load({"HUB_VAR": str(tmp_path), "HUB_SEAL_KEY": KEY, "HUB_BASE_URL": "https://hub.example.org"})
    assert production.database_url == f"sqlite:///{tmp_path}/hub.sqlite"


@pytest.fixture
def former(tmp_path):
    """The store of a demo as it was made before, in HUB_VAR itself."""
    var = tmp_path / "var"
    (var / "keys").mkdir(parents=True)
    (var / "keys" / "seal.key").write_text(KEY)
    (var / "keys" / "seal.key").chmod(0o600)
    store = open_here(f"sqlite:///{var / 'hub.sqlite'}")
    migrate(store)
    seed_territory(store, var / "demo")
    yield store
    store.dispose()


def test_a_16_a_demo_made_before_is_carried_to_its_folder(former, tmp_path):
    former.dispose()
    assert main(["init"]) == Exit.OK
    settings = load_settings()
    assert settings.seal_keys == (bytes(range(64)),)
    store = open_store(settings.database_url, settings.seal_keys)
    with store.read() as connection:
        assert "demo-chu" in set(connection.scalars(select(client.c.client_id)))
    assert is_current(store)
    store.dispose()
    assert not (tmp_path / "var" / "hub.sqlite").exists()


def test_a_16_a_production_is_left_where_it_is(former, tmp_path):
    register(former, Partner("ccas", "ccas", "Organization/x", "ccas", ("system/*.rs",)))
    former.dispose()
    assert main(["init"]) == Exit.OK
    assert (tmp_path / "var" / "hub.sqlite").exists()
    assert load_settings().seal_keys != (bytes(range(64)),)


def test_a_16_put_back_is_noticed(run, database, monkeypatch):
    monkeypatch.setattr("hub.record.maintenance.kind._refuse_unless_equal", lambda *_: None)
    for command in COMMANDS:
        with pytest.raises(AssertionError):
            test_a_16_each_kind_refuses_the_record_of_the_other(run, database, "production", command)
