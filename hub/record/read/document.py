"""Read the resources of a document: a CarePlan and everything that its references lead to, as an actor sees them.

One statement for each step away from the plan, whatever the number of resources.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import String, bindparam, or_, select

from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.db.statements import CompiledStatement
from hub.record.read.current import read, read_several
from hub.record.read.references_in import list_referenced_names
from hub.record.read.slice import Slice
from hub.record.tables import index_token, resource

# Resources further away stay at the hub: R4 requires in a document only what its Composition refers to.
HOPS, MOST = 8, 1000

# Tasks and ServiceRequests point to the plan (R4, Task.basedOn and ServiceRequest.basedOn).
_BASED_ON = CompiledStatement(
    select(resource.c.type, resource.c.id)
    .join_from(index_token, resource, resource.c.rid == index_token.c.rid)
    .where(
        or_(index_token.c.type == "Task", index_token.c.type == "ServiceRequest"),
        index_token.c.name == "based-on",
        index_token.c.code == bindparam("plan", type_=String),
        visible(index_token),
    )
    .order_by(resource.c.type, resource.c.id)
    .limit(MOST)
)

Allowed = Callable[[list[str]], list[str]]


def read_document(session: ReadSession, plan: str, allowed: Allowed) -> list[Slice]:
    """Return the slice of `plan`, then by distance and name: what is based on it, what those refer to, and the actor's party.

    `allowed` keeps of a list of names those that scope and role let the actor read. Raises NotFound when the plan is absent
    or hidden."""
    wave = [read(session, plan)]
    slices = {plan: wave[0]}
    based = [f"{kind}/{id_}" for kind, id_ in _BASED_ON.rows(session.connection, session.params | {"plan": plan})]
    met = {plan}
    names = {session.actor.party, *based}
    for _ in range(HOPS):
        names = (names | list_referenced_names(wave)) - met
        met |= names
        wave = read_several(session, allowed(sorted(names))[: MOST - len(slices)]) if len(slices) < MOST else []
        if not wave:
            break
        slices |= {resource.name: resource for resource in wave}
        names = set()
    return list(slices.values())
