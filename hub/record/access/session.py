"""A reading of the record by one actor: on which connection, at which moment, with which keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from hub.record.access.predicate import AccessContext


@dataclass(frozen=True)
class ReadSession(AccessContext):
    """An actor at a moment on an open connection. `keys`: the AES-SIV keys that seal versions and cursors, the current one first.

    It is good for one transaction: whoever opened the connection also ends it."""

    connection: Connection
    keys: tuple[bytes, ...]
