"""A copy of a record in SQLite, and back."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.accounts.entry.sessions import find_session
from hub.accounts.management.enrolment import make_link, view_link
from hub.domain.errors import Conflict, Invalid, NotFound
from hub.record.audit.spool import gather
from hub.record.clients import tokens
from hub.record.clients.registry import register, suspend
from hub.record.db.store import Store, open_store
from hub.record.maintenance import backup
from hub.record.maintenance.migrate import is_current, migrate
from tests.clock import FakeClock
from tests.partners import SSIAD
from tests.people import OPERATOR, enrol
from tests.territory import PERSON, condition, settle_territory
from tests.traces import traces

SEAL_KEY = bytes(range(64))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A record in a file, as `hub init` leaves it."""
    store = open_store(f"sqlite:///{tmp_path}/hub.sqlite", (SEAL_KEY,), durable=False)
    migrate(store)
    yield store
    store.dispose()


def test_what_was_copied_stands_again_and_what_came_since_does_not(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    here.write(condition("before"))
    backup.back_up(kept, tmp_path / "copy")
    here.write(condition("since"))
    before = here.open("personne").read("Condition/before")
    backup.restore(kept, tmp_path / "copy")
    assert is_current(kept)
    assert here.open("personne").read("Condition/before") == before
    assert here.open("personne").read(PERSON).body
    with pytest.raises(NotFound):
        here.open("personne").read("Condition/since")


def test_it_is_one_whole_file_of_which_the_digest_is_told(kept: Store, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    told = backup.back_up(kept, tmp_path / "out" / "copy")
    assert told == hashlib.sha256((tmp_path / "out" / "copy").read_bytes()).hexdigest()
    backup.examine(tmp_path / "out" / "copy")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["copy"]


def test_no_session_and_no_link_lives_again(kept: Store, tmp_path: Path) -> None:
    kept.now = FakeClock()
    somebody = enrol(kept, "nadia@example.org")
    somebody.sign_in()
    link = make_link(kept, OPERATOR, somebody.account_id, "perdu")
    backup.back_up(kept, tmp_path / "copy")
    assert find_session(kept, somebody.token) is not None
    backup.restore(kept, tmp_path / "copy")
    assert find_session(kept, somebody.token) is None
    assert view_link(kept, link, "Maillage") is None
    assert somebody.sign_in()


def test_a_token_does_not_live_again(kept: Store, tmp_path: Path) -> None:
    register(kept, SSIAD)
    text = tokens.issue_token(kept, "ssiad", ("system/Task.r",))
    backup.back_up(kept, tmp_path / "copy")
    assert tokens.token_actor(kept, text) is not None
    suspend(kept, "ssiad")
    backup.restore(kept, tmp_path / "copy")
    assert tokens.token_actor(kept, text) is None


def test_a_copy_holds_the_traces_that_waited_beside_the_record(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    here.open("personne").read(PERSON)
    backup.back_up(kept, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as copy:
        assert copy.execute("SELECT action, shown FROM trace").fetchall() == [("read", PERSON)]
    copy.close()
    assert [row.action for row in traces(kept)] == ["read"]


def test_what_is_gathered_meanwhile_is_in_the_copy_once(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = settle_territory(kept)
    here.open("personne").read(PERSON)
    examine = backup.examine
    monkeypatch.setattr(backup, "examine", lambda draft: (gather(kept), examine(draft)))
    backup.back_up(kept, tmp_path / "copy")
    backup.restore(kept, tmp_path / "copy")
    assert [row.action for row in traces(kept)] == ["read"]


def test_a_record_in_the_place_of_another_takes_what_waits_there(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    backup.back_up(kept, tmp_path / "copy")
    here.open("personne").read(PERSON)
    backup.restore(kept, tmp_path / "copy")
    assert [row.action for row in traces(kept)] == ["read"]


def test_a_copy_is_written_over_nothing(kept: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(Conflict, match="backup-exists"):
        backup.back_up(kept, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


def test_a_record_without_tables_is_none(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/empty.sqlite", (SEAL_KEY,))
    with pytest.raises(Invalid, match="backup-broken"):
        backup.back_up(store, tmp_path / "copy")
    assert not backup.holds_anything(store)
    store.dispose()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.sqlite", "empty.sqlite-traces"]


def test_what_is_no_whole_record_is_refused_and_changes_nothing(kept: Store, tmp_path: Path) -> None:
    settle_territory(kept)
    backup.back_up(kept, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    for name, content in {"text": b"no database", "empty": b"", "cut": whole[: len(whole) // 2]}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid, match="backup-broken"):
            backup.restore(kept, tmp_path / name)
    assert backup.holds_anything(kept)


def test_a_copy_of_a_later_release_is_refused(kept: Store, tmp_path: Path) -> None:
    backup.back_up(kept, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    with pytest.raises(Invalid, match="backup-version"):
        backup.examine(tmp_path / "copy")


def test_it_is_made_while_others_read_and_write(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    with kept.read() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM resource")
        with kept.write() as writing:
            writing.exec_driver_sql("DELETE FROM token")
            backup.back_up(kept, tmp_path / "copy")
    assert here.open("personne").read(PERSON).body
