"""Whether the record takes writes: tried by a write as durable as every other, for `/readyz` and `hub check`."""

from __future__ import annotations

import shutil
import threading
import time
from typing import cast

from hub.record.db.store import Store
from hub.record.maintenance.health import DATABASE_ERRORS, open_probe, write_life_sign

# Seconds between two writes: whoever asks for /readyz need not say who they are. Seconds after which a write that is under way
# counts as refused by who asks meanwhile.
_INTERVAL, _PATIENCE = 1.0, 5.0
_SOURCE = "readyz"
# What the disk of an SQLite record must have free: a small write may find room in the log where a demand finds none.
_ROOM_BYTES = 8 << 20


class WriteProbe:
    """The last write that was tried, and the one under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._took, self._next, self._begun = False, 0.0, 0.0

    def ask(self, store: Store) -> bool:
        """Return whether the record takes a write, or took the last one when that was within the interval."""
        with self._lock:
            now = time.monotonic()
            if self._begun:
                return self._took and now < self._begun + _PATIENCE
            if now < self._next:
                return self._took
            self._begun = now
        took = False
        try:
            took = _try_write(store)
        finally:
            with self._lock:
                self._took, self._next, self._begun = took, time.monotonic() + _INTERVAL, 0.0
        return took


def takes_writes(store: Store) -> bool:
    """Return whether the record takes writes: no full disk, no file or server that is read only."""
    probe = cast(WriteProbe, store.extra.setdefault("write_probe", WriteProbe()))
    return probe.ask(store)


def _has_room(path: str) -> bool:
    """Return whether the disk of the file `path` has room for more than this write; a record in memory has."""
    try:
        return shutil.disk_usage(path).free >= _ROOM_BYTES
    except OSError:
        return True


def _try_write(store: Store) -> bool:
    try:
        if store.on_postgres:
            with open_probe(store) as connection:
                write_life_sign(connection, _SOURCE, store.now())
                connection.commit()
        elif not _has_room(store.writer.url.database or ""):
            return False
        else:
            with store.write() as connection:
                write_life_sign(connection, _SOURCE, store.now())
    except DATABASE_ERRORS:
        return False
    return True
