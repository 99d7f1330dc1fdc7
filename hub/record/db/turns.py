"""The turns of those who write to one SQLite file.

SQLite has one writer and no queue: who waits looks again at intervals of up to 100 ms. Whoever writes again at once, such as
the rows of a long table, finds the writer free before those who waited longer. Here a transaction takes two locks, files next to
the record: `next`, which one waiter has, then `turn`, which the writer has. Who has written and wants to write again must get
`next` first, and so waits until the one who has it has written.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine

_PAUSE = 0.001  # seconds between two looks at a lock
# Seconds after which a transaction goes on without a turn, and SQLite decides: a process that was stopped keeps its locks.
_PATIENCE = 30.0


class Turns:
    """The turns of all threads and processes that write to the record at `path`; "" for a record in memory, which has none."""

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Wait for the turn to write; it ends with the block. One block inside another would wait for itself."""
        if not self._path:
            yield
            return
        until = time.monotonic() + _PATIENCE
        waiting = self._lock("next", until)
        turn = self._lock("turn", until)
        _release(waiting)
        try:
            yield
        finally:
            _release(turn)

    def _lock(self, name: str, until: float) -> int:
        """Return the open file of a lock that is held; -1 when it cannot be had in time."""
        try:
            file = os.open(f"{self._path}-{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return -1
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            except BlockingIOError:
                if time.monotonic() > until:
                    break
                time.sleep(_PAUSE)
            except OSError:  # a file system without locks
                break
        _release(file)
        return -1


def open_turns(engine: Engine) -> Turns:
    """Return the turns of the record that `engine` opens; PostgreSQL has a queue of its own."""
    path = engine.url.database or ""
    return Turns(path if engine.dialect.name == "sqlite" and path != ":memory:" else "")


def _release(file: int) -> None:
    if file >= 0:
        with suppress(OSError):
            os.close(file)
