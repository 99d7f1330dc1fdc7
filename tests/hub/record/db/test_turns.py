"""Writers of one SQLite file take turns, in one process and in several."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import create_engine

from hub.record.db import turns
from hub.record.db.turns import Turns, open_turns

# Who writes again and again: each turn adds a byte to the file.
WRITER = """
import sys, time
from hub.record.db.turns import Turns
turns = Turns(sys.argv[1])
with open(sys.argv[2], "ab", buffering=0) as file:
    while True:
        with turns.wait():
            file.write(b".")
            time.sleep(0.005)
"""


def test_who_writes_again_waits_for_who_came_meanwhile(tmp_path: Path) -> None:
    turns, written, stop = Turns(str(tmp_path / "hub.sqlite")), [], threading.Event()

    def write_rows() -> None:
        while not stop.is_set():
            with turns.wait():
                written.append(0)
                stop.wait(0.005)

    worker = threading.Thread(target=write_rows)
    worker.start()
    try:
        for _ in range(10):
            before = len(written)
            with turns.wait():
                assert len(written) - before <= 2
    finally:
        stop.set()
        worker.join()


def test_processes_take_turns_too(tmp_path: Path) -> None:
    record, count = tmp_path / "hub.sqlite", tmp_path / "count"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(record), str(count)]) as writer:
        try:
            while not (count.exists() and count.stat().st_size):
                assert writer.poll() is None
            for _ in range(10):
                before = count.stat().st_size
                with Turns(str(record)).wait():
                    assert count.stat().st_size - before <= 2
        finally:
            writer.kill()
    # A process that was killed keeps no turn.
    with Turns(str(record)).wait():
        pass


def test_a_turn_that_never_comes_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 0.0)
    first, second = Turns(str(tmp_path / "hub.sqlite")), Turns(str(tmp_path / "hub.sqlite"))
    with first.wait(), second.wait():
        assert sorted(file.name for file in tmp_path.iterdir()) == ["hub.sqlite-next", "hub.sqlite-turn"]


def test_a_record_in_memory_has_no_turns(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url in ("sqlite://", "sqlite:///:memory:"):
        with open_turns(create_engine(url)).wait():
            assert list(tmp_path.iterdir()) == []
