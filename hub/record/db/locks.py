"""The locks of writers on PostgreSQL, by which several work at once and wait for the clock at the end (`docs/writing.md` §3).

They are advisory locks of the transaction: they end with it, also when its connection dies. Their order is the gate, then persons
by number, then the clock; who has the clock takes no other. SQLite has one writer at a time and needs none.

A statement sees what was committed when it began: what the locks protect is read by a statement after the one that waited.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, func, literal_column, select

from hub.record.db.statements import CompiledStatement

# A writer that waits longer for another one answers 503 with Retry-After.
_LIMIT_WAIT = CompiledStatement(select(func.set_config("lock_timeout", literal_column("'5s'"), literal_column("true"))))
# An arbitrary number, which is no person's.
_GATE: ColumnElement[int] = literal_column("7301943")
_CLOSE_GATE = CompiledStatement(select(func.pg_advisory_xact_lock(_GATE)))
_PASS_GATE = CompiledStatement(select(func.pg_advisory_xact_lock_shared(_GATE)))
_LOCK_PERSON = CompiledStatement(select(func.pg_advisory_xact_lock(bindparam("person", type_=BigInteger))))


def close_gate(connection: Connection) -> None:
    """Wait for all other writers, and keep them out until this transaction ends."""
    _CLOSE_GATE.run(connection, {})


def lock_persons(connection: Connection, persons: Collection[int]) -> None:
    """Wait for those who write alone, then for those who write about one of `persons` (numbers), and keep both out until this
    transaction ends."""
    _LIMIT_WAIT.run(connection, {})
    _PASS_GATE.run(connection, {})
    _LOCK_PERSON.run_many(connection, [{"person": person} for person in sorted(persons)])
