"""The file of an SQLite record, which must stay the one that was opened.

An open file that was deleted or replaced still takes writes, and they are lost when the last process closes it.
"""

from __future__ import annotations

import os

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError


class RecordGone(OperationalError):  # noqa: N818 - one of the errors of `FAILURES`
    """At the path of the record is no file, or another one than was opened."""

    def __init__(self) -> None:
        super().__init__(None, None, FileNotFoundError("the file of the record was deleted or replaced"))


class RecordFile:
    """The file at `path`; "" for a record without one: in memory, or in PostgreSQL."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None

    def check(self) -> None:
        """Note which file is at the path, or compare it with the one that was noted. Raises RecordGone."""
        if not self._path:
            return
        try:
            status = os.stat(self._path)  # noqa: PTH116 - at every transaction
        except OSError:
            # Until a file was noted, the first connection makes it.
            if self._identity is not None:
                raise RecordGone from None
            return
        identity = status.st_dev, status.st_ino
        if self._identity is None:
            self._identity = identity
        elif identity != self._identity:
            raise RecordGone


def find_record_file(engine: Engine) -> RecordFile:
    """Return the file of the record that `engine` opens."""
    path = engine.url.database or ""
    return RecordFile(path if engine.dialect.name == "sqlite" and path != ":memory:" else "")
