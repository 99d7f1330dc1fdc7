"""A copy of a record in SQLite, and back."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.errors import Conflict, Invalid, NotFound
from hub.record import copies, tokens
from hub.record.gathering import gather
from hub.record.migrate import is_current, migrate
from hub.record.partners import register, suspend
from hub.record.store import Store, open_store
from tests.partners import SSIAD
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
    copies.back_up(kept, tmp_path / "copy")
    here.write(condition("since"))
    before = here.open("personne").read("Condition/before")
    copies.restore(kept, tmp_path / "copy")
    assert is_current(kept)
    assert here.open("personne").read("Condition/before") == before
    assert here.open("personne").read(PERSON).body
    with pytest.raises(NotFound):
        here.open("personne").read("Condition/since")


def test_it_is_one_whole_file_of_which_the_digest_is_told(kept: Store, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    told = copies.back_up(kept, tmp_path / "out" / "copy")
    assert told == hashlib.sha256((tmp_path / "out" / "copy").read_bytes()).hexdigest()
    copies.examine(tmp_path / "out" / "copy")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["copy"]


def test_a_token_does_not_live_again(kept: Store, tmp_path: Path) -> None:
    register(kept, SSIAD)
    text = tokens.issue_token(kept, "ssiad", ("system/Task.r",))
    copies.back_up(kept, tmp_path / "copy")
    assert tokens.token_actor(kept, text) is not None
    suspend(kept, "ssiad")
    copies.restore(kept, tmp_path / "copy")
    assert tokens.token_actor(kept, text) is None


def test_a_copy_holds_the_traces_that_waited_beside_the_record(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    here.open("personne").read(PERSON)
    copies.back_up(kept, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as copy:
        assert copy.execute("SELECT action, shown FROM trace").fetchall() == [("read", PERSON)]
    copy.close()
    assert [row.action for row in traces(kept)] == ["read"]


def test_what_is_gathered_meanwhile_is_in_the_copy_once(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = settle_territory(kept)
    here.open("personne").read(PERSON)
    examine = copies.examine
    monkeypatch.setattr(copies, "examine", lambda draft: (gather(kept), examine(draft)))
    copies.back_up(kept, tmp_path / "copy")
    copies.restore(kept, tmp_path / "copy")
    assert [row.action for row in traces(kept)] == ["read"]


def test_a_record_in_the_place_of_another_takes_what_waits_there(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    copies.back_up(kept, tmp_path / "copy")
    here.open("personne").read(PERSON)
    copies.restore(kept, tmp_path / "copy")
    assert [row.action for row in traces(kept)] == ["read"]


def test_a_copy_is_written_over_nothing(kept: Store, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(Conflict, match="backup-exists"):
        copies.back_up(kept, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"


def test_a_record_without_tables_is_none(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/empty.sqlite", (SEAL_KEY,))
    with pytest.raises(Invalid, match="backup-broken"):
        copies.back_up(store, tmp_path / "copy")
    assert not copies.holds_anything(store)
    store.dispose()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.sqlite", "empty.sqlite-traces"]


def test_what_is_no_whole_record_is_refused_and_changes_nothing(kept: Store, tmp_path: Path) -> None:
    settle_territory(kept)
    copies.back_up(kept, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    for name, content in {"text": b"no database", "empty": b"", "cut": whole[: len(whole) // 2]}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid, match="backup-broken"):
            copies.restore(kept, tmp_path / name)
    assert copies.holds_anything(kept)


def test_a_copy_of_a_later_release_is_refused(kept: Store, tmp_path: Path) -> None:
    copies.back_up(kept, tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    with pytest.raises(Invalid, match="backup-version"):
        copies.examine(tmp_path / "copy")


def test_it_is_made_while_others_read_and_write(kept: Store, tmp_path: Path) -> None:
    here = settle_territory(kept)
    with kept.read() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM resource")
        with kept.write() as writing:
            writing.exec_driver_sql("DELETE FROM token")
            copies.back_up(kept, tmp_path / "copy")
    assert here.open("personne").read(PERSON).body
