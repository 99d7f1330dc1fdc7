"""Bulk exports: what was asked, for as long as it may be fetched. What they show is read by `Record.exported`, page by page.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html. A job is its client's own; to others it is absent (`docs/leaks.md` L88).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from hub.domain.actor import Actor
from hub.domain.errors import NotFound
from hub.record.access.predicate import AccessContext
from hub.record.audit.trace import TraceEntry, write_trace
from hub.record.db.store import Store
from hub.record.tables import export_job

# A job is an hour's worth of fetching; of more than these the oldest gives way.
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
_LATEST = select(export_job.c.job).where(*_ITS).order_by(export_job.c.at.desc(), export_job.c.job).limit(MOST_JOBS - 1)
_CLEAR = delete(export_job).where(export_job.c.until <= bindparam("now"))
_GIVE_WAY = delete(export_job).where(*_ITS, export_job.c.job.not_in(_LATEST.subquery().select()))


@dataclass(frozen=True)
class Export:
    """`of_persons`: the Patient level. `since`: a FHIR instant or "". `asked`: the query of the kick-off. `at`: the
    transaction time, `until`: when it is gone, in microseconds."""

    job: str
    of_persons: bool
    types: tuple[str, ...]
    since: str
    asked: str
    at: int
    until: int


def begin_export(
    store: Store, actor: Actor, types: tuple[str, ...], *, of_persons: bool, since: str, asked: str
) -> Export:
    """A new job of the actor's client, with its trace. What is over, of anybody, is swept out by the way."""
    now = store.now()
    made = Export(store.new_id("Export"), of_persons, types, since, asked, now, now + LIFETIME)
    with store.write() as connection:
        connection.execute(_CLEAR, {"now": now})
        connection.execute(_GIVE_WAY, _whose(actor))
        row: dict[str, object] = {"job": made.job, "client": actor.client, "party": actor.party, "role": actor.role}
        row |= {"of_persons": of_persons, "types": " ".join(types), "changed_since": since, "asked": asked}
        connection.execute(insert(export_job), row | {"at": now, "until": made.until})
        _trace(connection, store, actor, now)
    return made


def find_export(store: Store, actor: Actor, job: str) -> Export:
    """The job of that name. NotFound unless it is this client's, in this role, and not over."""
    with store.autocommit() as connection:
        row = connection.execute(_FIND, _whose(actor) | {"job_": job, "now": store.now()}).first()
    if row is None:
        raise NotFound
    return Export(row.job, row.of_persons, tuple(row.types.split()), row.changed_since, row.asked, row.at, row.until)


def end_export(store: Store, actor: Actor, job: str) -> None:
    """Forget the job. NotFound as in `find_export`."""
    with store.write() as connection:
        if not connection.execute(_CANCEL, _whose(actor) | {"job_": job, "now": store.now()}).rowcount:
            raise NotFound


def _whose(actor: Actor) -> dict[str, str]:
    return {"client_": actor.client, "party_": actor.party, "role_": actor.role}


def _trace(connection: Connection, store: Store, actor: Actor, now: int) -> None:
    write_trace(connection, store, AccessContext(actor, now), TraceEntry("export", "", (), "$export"))
