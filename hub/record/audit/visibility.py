"""Select the events of the journal that an actor sees: the predicate, and further conditions for most readers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from hub.domain.roles import load_roles
from hub.record.access.predicate import AccessContext, build_grant_condition
from hub.record.audit.events import EVENT, list_shown
from hub.record.db.dialect import later
from hub.record.search.sql.compiler import is_found
from hub.record.tables import grant, resource

# With these ties an actor sees every event; with others, only events about resources that it could read.
_EVERY_OPENING = frozenset({"self", "hub"})


def select_visible_events(context: AccessContext) -> tuple[Select[Any], ColumnElement[int]]:
    """Return the select of the events that the actor sees, and the expression of the `updated` of their slices."""
    rights, agent = grant.alias(), resource.alias()
    opens = [build_grant_condition(EVENT, rights)]
    more: list[ColumnElement[bool]] = []
    if not load_roles()[context.actor.role].relations & _EVERY_OPENING:
        reveals = func.coalesce(agent.c.reveals, 0)
        opens.append(rights.c.sees.bitwise_and(reveals) == reveals)
        # An Organization is visible to everybody; a Patient or RelatedPerson only under the predicate.
        more.append(or_(EVENT.c.party.startswith("Organization/"), is_found(EVENT.c.agent)))
        more.append(_build_readable_condition())
    granted = select(func.max(rights.c.since)).where(*opens).correlate(EVENT, agent).scalar_subquery()
    updated = later(EVENT.c.at, granted)
    events = (
        select(EVENT, updated.label("updated"))
        .join_from(EVENT, agent, agent.c.rid == EVENT.c.agent, isouter=True)
        .where(exists(select(1).select_from(rights).where(*opens).correlate(EVENT, agent)), *more)
    )
    return events, updated


def _build_readable_condition() -> ColumnElement[bool]:
    items = list_shown(EVENT.c.shown).table_valued("key", "value")
    return exists(
        select(1).select_from(items).where(items.c.key < EVENT.c.sought, is_found(items.c.value)).correlate(EVENT)
    )
