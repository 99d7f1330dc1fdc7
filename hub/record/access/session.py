"""The values that every read of the record needs: actor, moment, connection and keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from hub.record.access.predicate import AccessContext


@dataclass(frozen=True)
class ReadSession(AccessContext):
    """An actor at a moment on an open connection. `keys`: the AES-SIV keys that seal versions and cursors, the current one first.

    It is valid for one transaction, which is ended by the code that opened the connection."""

    connection: Connection
    keys: tuple[bytes, ...]
