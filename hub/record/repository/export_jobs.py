"""Store the jobs of bulk exports. Their resources are read later by `Record.export`, page by page.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html. Only the client that began a job finds it (`docs/leaks.md` L88).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from hub.domain.actor import Actor
from hub.domain.errors import NotFound
from hub.record.access.predicate import AccessContext
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.clock import tick
from hub.record.db.store import Store
from hub.record.tables import export_job

# A job lives one hour (µs). A client has at most `MOST_JOBS`: the next one is refused, as the oldest may be fetched right now.
LIFETIME = 3_600_000_000
MOST_JOBS = 10

_ITS = (
    export_job.c.client == bindparam("client_"),
    export_job.c.party == bindparam("party_"),
    export_job.c.role == bindparam("role_"),
)
_FIND = select(
    export_job.c.job,
    export_job.c.of_persons,
    export_job.c.types,
    export_job.c.changed_since,
    export_job.c.asked,
    export_job.c.at,
    export_job.c.until,
).where(export_job.c.job == bindparam("job_"), export_job.c.until > bindparam("now"), *_ITS)
_CANCEL = delete(export_job).where(export_job.c.job == bindparam("job_"), export_job.c.until > bindparam("now"), *_ITS)
_PRESENT = select(func.count(), func.min(export_job.c.until)).where(*_ITS)
_CLEAR = delete(export_job).where(export_job.c.until <= bindparam("now"))
_SECOND = 1_000_000


class TooManyExports(Exception):  # noqa: N818 - an end that callers foresee, not one of the five errors
    """The client has `MOST_JOBS` jobs. `retry_after`: seconds until the first of them ends."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


@dataclass(frozen=True)
class Export:
    """One job. `of_persons`: on the Patient level. `since`: a FHIR instant or "". `asked`: the query of the kick-off request.
    `at`: the transaction time; `until`: when the job ends; both in microseconds."""

    job: str
    of_persons: bool
    types: tuple[str, ...]
    since: str
    asked: str
    at: int
    until: int


def begin_export(
    store: Store, actor: Actor, types: tuple[str, ...], *, of_persons: bool, since: str, query: str
) -> Export:
    """Store a new job of the actor's client, with its trace, and delete the expired jobs of all clients.

    Raises TooManyExports."""
    now = store.now()
    with store.write() as connection:
        # What is committed after this time has a later one, and comes with the next `_since`.
        time = tick(store, connection)
        export = Export(store.new_id("Export"), of_persons, types, since, query, time, now + LIFETIME)
        connection.execute(_CLEAR, {"now": now})
        count, first_end = connection.execute(_PRESENT, _build_params(actor)).one()
        if count >= MOST_JOBS:
            raise TooManyExports(-((now - first_end) // _SECOND))
        row: dict[str, object] = {"job": export.job, "client": _get_owner(actor), "party": actor.party}
        row |= {"role": actor.role, "of_persons": of_persons, "types": " ".join(types)}
        row |= {"changed_since": since, "asked": query}
        connection.execute(insert(export_job), row | {"at": time, "until": export.until})
        _trace(connection, store, actor, time)
    return export


def find_export(store: Store, actor: Actor, job: str) -> Export:
    """Return the job of that name. Raises NotFound unless it is of this client in this role and not expired."""
    with store.autocommit() as connection:
        row = connection.execute(_FIND, _build_params(actor) | {"job_": job, "now": store.now()}).first()
    if row is None:
        raise NotFound
    return Export(row.job, row.of_persons, tuple(row.types.split()), row.changed_since, row.asked, row.at, row.until)


def end_export(store: Store, actor: Actor, job: str) -> None:
    """Delete the job. Raises NotFound as `find_export` does."""
    with store.write() as connection:
        if not connection.execute(_CANCEL, _build_params(actor) | {"job_": job, "now": store.now()}).rowcount:
            raise NotFound


def _build_params(actor: Actor) -> dict[str, str]:
    return {"client_": _get_owner(actor), "party_": actor.party, "role_": actor.role}


def _get_owner(actor: Actor) -> str:
    """Return whose jobs an actor finds: those of its account, or of its client. A colleague sees other persons than she does."""
    return actor.account or actor.client


def _trace(connection: Connection, store: Store, actor: Actor, now: int) -> None:
    write_trace(connection, store, AccessContext(actor, now), TraceEntry("export", "", (), "$export"))
