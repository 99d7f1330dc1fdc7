"""`/readyz` is 503 whenever writes would fail or go astray, and says why."""

import os
import resource
import shutil
import sqlite3

import psycopg
import pytest
from sqlalchemy import insert

from hub.app import create_app
from hub.cli import main
from hub.cli.exits import Exit
from hub.domain.errors import Invalid
from hub.record.accounts.vault import open_vault
from hub.record.db.record_file import RecordGone
from hub.record.db.store import open_store
from hub.record.maintenance import write_probe
from hub.record.maintenance.seal_key import refuse_other_key
from hub.record.tables import link
from tests.conftest import SEAL_KEYS
from tests.contracts.cases import leak
from tests.hub.cli.test_main import environment

__all__ = ["environment"]
OTHER_KEY = bytes(range(64))


@pytest.fixture(autouse=True)
def ask_anew(monkeypatch):
    """Each question writes."""
    monkeypatch.setattr(write_probe, "_INTERVAL", 0.0)


def list_reasons(settings, store):
    answer = create_app(settings, store).test_client().get("/readyz")
    assert answer.status_code == (503 if answer.json["reasons"] else 200)
    return [reason["code"] for reason in answer.json["reasons"]]


@leak(kills="a hub is ready that takes no writes")
def test_f_5_a_full_disk(settings, sqlite_database):
    """A limit of the size of files, in place of a small disk: a write to the log of the record finds no room."""
    store = open_store(sqlite_database, SEAL_KEYS)
    assert list_reasons(settings, store) == []
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))
    try:
        assert list_reasons(settings, store) == ["ready-writes"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list_reasons(settings, store) == []
    store.dispose()


def test_f_5_a_disk_on_which_only_small_writes_find_room(settings, sqlite_database, monkeypatch):
    store = open_store(sqlite_database, SEAL_KEYS)
    monkeypatch.setattr(write_probe, "_ROOM_BYTES", 1 << 60)
    assert list_reasons(settings, store) == ["ready-writes"]
    store.dispose()


def test_f_5_a_database_that_may_only_be_read(settings, postgres, postgres_template):
    name = postgres.create(postgres_template)
    store = open_store(postgres.url(name), SEAL_KEYS)
    assert list_reasons(settings, store) == []
    with psycopg.connect(postgres.url(name), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert list_reasons(settings, store) == ["ready-writes"]
    store.dispose()
    postgres.drop(name)


def test_f_5_a_file_that_may_only_be_read(settings, tmp_path, sqlite_database):
    if os.geteuid() == 0:
        pytest.skip("root writes every file")
    (tmp_path / "hub.sqlite").chmod(0o400)
    assert list_reasons(settings, open_store(sqlite_database, SEAL_KEYS)) == ["ready-writes"]


@leak(kills="a deleted file takes writes")
@pytest.mark.parametrize("is_replaced", [False, True])
def test_f_5_a_record_whose_folder_was_deleted_takes_nothing_more(settings, tmp_path, sqlite_template, is_replaced):
    folder = tmp_path / "record"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "hub.sqlite")
    store = open_store(f"sqlite:///{folder}/hub.sqlite", SEAL_KEYS)
    assert list_reasons(settings, store) == []
    folder.rename(tmp_path / "away")
    if is_replaced:
        folder.mkdir()
        shutil.copy(sqlite_template, folder / "hub.sqlite")
    assert list_reasons(settings, store) == ["ready-file"]
    for transaction in (store.write, store.write_relaxed, store.read, store.autocommit):
        with pytest.raises(RecordGone), transaction() as connection:
            connection.execute(insert(link).values(target=1, source=2))
    shutil.rmtree(folder, ignore_errors=True)
    (tmp_path / "away").rename(folder)
    assert list_reasons(settings, store) == []
    store.dispose()


@leak(kills="a hub starts with another seal key")
def test_f_5_another_seal_key_stops_the_start(settings, sqlite_database):
    own = open_store(sqlite_database, SEAL_KEYS)
    open_vault(own)
    assert list_reasons(settings, own) == []
    foreign = open_store(sqlite_database, (OTHER_KEY,))
    assert list_reasons(settings, foreign) == ["ready-seal-key-other"]
    with pytest.raises(Invalid, match="ready-seal-key-other"):
        refuse_other_key(foreign)
    # During a change of the key, the record's own is the previous one.
    changing = open_store(sqlite_database, (OTHER_KEY, *SEAL_KEYS))
    assert list_reasons(settings, changing) == []
    refuse_other_key(changing)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_f_5_another_seal_key_is_said_in_a_sentence(capsys, tmp_path, monkeypatch, command):
    monkeypatch.setattr("hub.cli.serve.check_address", lambda _settings: None)
    assert main(["init"]) == Exit.OK
    (tmp_path / "var" / "demo" / "keys" / "seal.key").unlink()
    assert main([command, "--lang", "en"]) == Exit.NOT_READY
    assert "This is not the seal key of this record" in capsys.readouterr().err


def test_f_5_without_tables_there_is_no_record(settings, tmp_path, capsys):
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    assert list_reasons(settings, open_store(f"sqlite:///{tmp_path}/empty.sqlite", SEAL_KEYS)) == ["ready-no-record"]
    assert main(["check", "--lang", "en"]) == Exit.NOT_READY
    assert "There is no record here" in capsys.readouterr().err


def test_who_asks_often_makes_one_write(sqlite_database, monkeypatch):
    monkeypatch.setattr(write_probe, "_INTERVAL", 60.0)
    store, writes = open_store(sqlite_database, SEAL_KEYS), []
    monkeypatch.setattr(write_probe, "write_life_sign", lambda *_: writes.append(1))
    assert [write_probe.takes_writes(store) for _ in range(5)] == [True] * 5
    assert len(writes) == 1
    store.dispose()


def test_a_write_that_waits_counts_as_refused(sqlite_database, monkeypatch):
    monkeypatch.setattr(write_probe, "_PATIENCE", -1.0)
    store, answers = open_store(sqlite_database, SEAL_KEYS), []
    monkeypatch.setattr(write_probe, "_try_write", lambda _: answers.append(write_probe.takes_writes(store)) or True)
    assert write_probe.takes_writes(store)
    assert answers == [False]
    store.dispose()
