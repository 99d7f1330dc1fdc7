"""A plan with all that it leads to, as an actor sees it: what a document of it is made of.

One statement for each step away from the plan, however many resources stand there.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import String, bindparam, or_, select

from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.db.statements import CompiledStatement
from hub.record.read.current import read, read_several
from hub.record.read.references_in import named
from hub.record.read.slice import Slice
from hub.record.tables import index_token, resource

# What lies further stays at the hub, where its reference leads: R4 asks that a document hold what its Composition names.
HOPS, MOST = 8, 1000

# What is done because of the plan says so itself (R4, Task.basedOn and ServiceRequest.basedOn).
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


def with_all_it_needs(session: ReadSession, plan: str, allowed: Allowed) -> list[Slice]:
    """The slice of `plan`, then what follows from it in the order of its steps and of names: what is based on the plan,
    what any of it refers to, and the entry of the actor's party, its author.

    `allowed` keeps the names that scope and role let the actor read. NotFound when the plan is absent or hidden."""
    wave = [read(session, plan)]
    slices = {plan: wave[0]}
    based = [f"{kind}/{id_}" for kind, id_ in _BASED_ON.rows(session.connection, session.params | {"plan": plan})]
    met = {plan}
    names = {session.actor.party, *based}
    for _ in range(HOPS):
        names = (names | named(wave)) - met
        met |= names
        wave = read_several(session, allowed(sorted(names))[: MOST - len(slices)]) if len(slices) < MOST else []
        if not wave:
            break
        slices |= {resource.name: resource for resource in wave}
        names = set()
    return list(slices.values())
