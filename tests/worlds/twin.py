"""Databases for the worlds: each situation is built once, then laid into memory as often as a test asks.

A `Side` is one hub with its own clock and its own identifiers, seeded alike in both worlds, so that two sides that are told
the same things are the same to the byte.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, create_engine, delete, select
from sqlalchemy.pool import StaticPool

from hub.record.access.grants import add_party
from hub.record.db.clock import tick
from hub.record.db.engines import prepare
from hub.record.db.store import Store
from hub.record.tables import metadata, part, resource, trace_beside
from hub.record.unit_of_work.unit import UnitOfWork
from hub.record.write.commit import flush
from tests.clock import START, FakeClock
from tests.ids import SeededIds
from tests.worlds.oracle import World
from tests.worlds.scene import PARTIES, Json, steps

KEYS = (b"k" * 64,)


@dataclass(frozen=True)
class Base:
    """A situation: its database as bytes, and all that stands in it with who wrote what."""

    image: bytes
    resources: dict[str, Json]
    authors: dict[str, str]

    def world(self) -> World:
        return World(dict(self.resources), dict(self.authors), START)


class Rewriting(sqlite3.Connection):
    """A connection whose statements a mutant may change; without one they go as they are."""

    rewrite: Callable[[str], str] | None = None

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(_Cursor)

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().execute(sql, *parameters)


class _Cursor(sqlite3.Cursor):
    connection: Rewriting

    def execute(self, sql: str, *parameters: Any) -> Any:
        rewrite = self.connection.rewrite
        return super().execute(rewrite(sql) if rewrite else sql, *parameters)


class Side:
    """One of two worlds: a record in memory, its clock, its identifiers."""

    def __init__(self) -> None:
        self.raw = sqlite3.connect(":memory:", check_same_thread=False, factory=Rewriting)
        self.clock = FakeClock()
        self.ids = SeededIds()
        # One connection behind all three: in memory there is no other way, and a request never uses two at once.
        engines = [
            prepare(
                create_engine("sqlite://", creator=lambda: self.raw, poolclass=StaticPool), role=role, durable=False
            )
            for role in ("writer", "reader", "relaxed_writer")
        ]
        self.store = Store(*engines, seal_keys=KEYS, now=self.clock, new_id=self.ids)

    def reset(self, base: Base) -> None:
        """Put the situation as it was built into this side."""
        self.forget_traces()
        self.restore(base.image)
        self.clock.value = int(START.timestamp()) * 1_000_000
        self.store.forget_time()
        self.ids.request = "start"

    def make_tables(self) -> None:
        """Make the tables of an empty record."""
        metadata.create_all(self.store.writer)

    def forget_traces(self) -> None:
        """Empty the spool of traces."""
        # Before a restore: what is put in then calls itself a file, and one of that name would be looked for beside it.
        with self.store.write_relaxed() as connection:
            connection.execute(delete(trace_beside))

    def snapshot(self) -> bytes:
        """The database as it is, for `restore`."""
        return self.raw.serialize()

    def close(self) -> None:
        """Give the database back."""
        self.raw.close()

    def restore(self, image: bytes) -> None:
        """Put the database back as it was when `image` was taken."""
        # Not by `deserialize` into the connection itself: SQLite ends the process at a statement with json_each that follows.
        with closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(image)
            source.backup(self.raw)
        self.store.forget_time()

    def write(self, request: str, change: Callable[[UnitOfWork], None]) -> None:
        """A transaction of the hub's or of another actor, past the doors. `request` seeds its identifiers."""
        self.ids.request = request
        with self.store.write() as connection:
            batch = UnitOfWork(connection, tick(self.store, connection), self.store.new_id)
            change(batch)
            flush(batch)

    def whole(self, name: str) -> Json:
        """All of a resource, hidden or not. NotFound when there is none."""
        with self.store.write() as connection:
            return UnitOfWork(connection, 0, self.store.new_id).read_whole(name)

    def names(self) -> list[str]:
        """Every resource, hidden or not."""
        with self.store.read() as connection:
            return sorted(f"{row.type}/{row.id}" for row in connection.execute(select(resource.c.type, resource.c.id)))

    def stored(self) -> dict[tuple[int, int], Any]:
        """What every present part says, by (resource, place)."""
        with self.store.read() as connection:
            rows = connection.execute(select(part.c.rid, part.c.key, part.c.body, part.c.ranked, part.c.until))
            ever = [row for row in rows if row.until == 1 << 62]
        return {(row.rid, row.key): (row.body, row.ranked) for row in ever}


def make_side() -> Side:
    """A world on the database that `HUB_WORLDS_DATABASE` names: SQLite in memory, or `postgres`."""
    if os.environ.get("HUB_WORLDS_DATABASE") == "postgres":
        from tests.worlds.twin_postgres import PostgresSide

        return PostgresSide()
    return Side()


@cache
def base(situation: str) -> Base:
    """The situation, built in this process once."""
    from tests.worlds.doors import register_clients

    side = make_side()
    side.make_tables()
    start = int(START.timestamp()) * 1_000_000
    authors: dict[str, str] = {}
    for turn, (before, written) in enumerate(steps(situation)):
        side.clock.value = start - before
        if turn == 0:
            with side.store.write() as connection:
                _add_parties(connection, side.store.now())
                register_clients(connection, side.store.now())
        side.write(f"base{turn}", lambda batch, written=written: _put(batch, written, authors))  # type: ignore[misc]
    side.clock.value = start
    image = side.snapshot()
    resources = {name: side.whole(name) for name in side.names()}
    side.close()
    # What nobody wrote, the hub made.
    return Base(image, resources, dict.fromkeys(resources, "") | authors)


def _add_parties(connection: Connection, since: int) -> None:
    for party, roles in PARTIES.items():
        for role in roles:
            add_party(connection, party, role, since)


def _put(batch: UnitOfWork, written: list[tuple[Json, str]], authors: dict[str, str]) -> None:
    for found, author in written:
        name = f"{found['resourceType']}/{found['id']}"
        kept = {element: value for element, value in deepcopy(found).items() if value is not None}
        if name in authors:
            batch.replace(name, kept, by=author)
        else:
            authors[name] = author
            batch.create(kept, by=author)


def at(micros: int) -> datetime:
    """A moment of the record as a datetime."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
