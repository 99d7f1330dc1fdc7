"""How long PostgreSQL works for one connection, by what the connection is for.

The proxy gives up after 30 s (`deploy/nginx/maillage.conf`), so a request ends before; it is answered 503, may be repeated, and
has written nothing. A connection that sends nothing in the middle of a transaction would hold its locks: it is ended.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Engine, event


class SessionLimits(NamedTuple):
    """Seconds, 0 for no limit. `statement`: a statement; `lock`: the wait for a lock; `idle`: silence in a transaction."""

    statement: int
    lock: int
    idle: int


READINGS = SessionLimits(statement=10, lock=5, idle=20)
WRITES = SessionLimits(statement=20, lock=15, idle=20)
WORKER = SessionLimits(statement=300, lock=30, idle=300)
# Commands such as `hub reindex` work for as long as it takes; they are seen by who started them.
COMMANDS = SessionLimits(statement=0, lock=0, idle=0)

# Seconds of one statement of a reading for an actor, by its action. Any other, such as an export, has the longest.
_OF_ACTION = {"read": 5, "vread": 5, "history": 10, "search": 15, "match": 15}
LONGEST_READING = 20
# Seconds after which an answer that PostgreSQL should have given is not waited for any longer: its host went silent.
_MARGIN = 2


def get_reading_seconds(action: str) -> int:
    """Return how many seconds a statement of the reading `action` may take."""
    return _OF_ACTION.get(action, LONGEST_READING)


def compute_patience(seconds: int) -> int:
    """Return how many seconds the hub waits for a statement that PostgreSQL ends after `seconds`; 0: for ever."""
    return seconds + _MARGIN if seconds else 0


def limit_sessions(engine: Engine, limits: SessionLimits, *, relaxed: bool) -> None:
    """Set `limits` on each connection of `engine`. `relaxed`: a commit survives the process but not a power cut.

    JIT compilation takes up to a second for a statement that then runs for milliseconds."""
    settings = {
        "statement_timeout": f"{limits.statement}s",
        "lock_timeout": f"{limits.lock}s",
        "idle_in_transaction_session_timeout": f"{limits.idle}s",
        "jit": "off",
    }
    if relaxed:
        settings["synchronous_commit"] = "off"
    text = "SELECT " + ", ".join("set_config(%s, %s, false)" for _ in settings)
    values = [word for setting in settings.items() for word in setting]

    @event.listens_for(engine, "connect")
    def _set(raw: Any, _entry: Any) -> None:
        raw.limit_wait(compute_patience(limits.statement))
        raw.execute(text, values)
