"""Read the journal under the predicate: a page of a person's events, or one of them.

Three statements for any page: the journals that the actor may read, their events, and the visible resources of each event.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, or_, select, true, tuple_

from hub.domain.errors import NotFound
from hub.domain.sections import ALONE, load_sections
from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.audit.conditions import build_condition
from hub.record.audit.event import Event, EventKey, build_event_slice, decrypt_event_id, encrypt_event_id
from hub.record.audit.events import EVENT, list_shown
from hub.record.audit.params import AuditQuery
from hub.record.audit.visibility import select_visible_events
from hub.record.read.slice import Slice
from hub.record.search.sql.compiler import is_found
from hub.record.tables import resource


@dataclass(frozen=True)
class JournalPage:
    """A page. `persons`: `Type/id` of the Patients of the journals; `included`: the names that `_include` adds; `last`: (moment,
    rid) of the last event if there are more."""

    slices: list[Slice]
    persons: list[str]
    included: list[str]
    total: int | None
    last: tuple[int, int] | None


def find_events(session: ReadSession, query: AuditQuery, last: tuple[int, int] | None) -> JournalPage:
    """The page of `query` after the event `last`."""
    connection, keys = session.connection, session.keys
    persons = _load_open_journals(session, query)
    matching = _select_events(session, query, persons)
    total = None
    if query.question.total:
        total = connection.execute(select(func.count()).select_from(matching.subquery()), session.params).scalar_one()
    rows: Sequence[Any] = ()
    if not query.question.only_count:
        rows = connection.execute(_select_page(matching, query, last), session.params).all()
    page = rows[: query.question.count]
    events = _build_events(session, page, persons)
    return JournalPage(
        [build_event_slice(event, encrypt_event_id(event.key, keys), keys) for event in events],
        [f"Patient/{patient}" for patient in persons.values()],
        _list_included(query, events),
        total,
        (page[-1].at, page[-1].rid) if len(rows) > len(page) and page else None,
    )


def read_event(session: ReadSession, name: str) -> tuple[Slice, str]:
    """Return the event `AuditEvent/id` and the `Type/id` of its Patient. Raises NotFound alike when it is absent or hidden."""
    event_id = name.partition("/")[2]
    key = decrypt_event_id(event_id, session.keys)
    # An invalid id is queried too, so that absent and hidden events take the same time.
    person, at, rid = key or EventKey(0, 0, 0)
    matching = select_visible_events(session)[0].where(EVENT.c.person == person, EVENT.c.at == at, EVENT.c.rid == rid)
    patient = select(resource.c.id).where(resource.c.rid == EVENT.c.person).scalar_subquery()
    row = session.connection.execute(matching.add_columns(patient.label("patient")), session.params).one_or_none()
    if row is None:
        raise NotFound
    (event,) = _build_events(session, [row], {person: row.patient})
    return build_event_slice(event, event_id, session.keys), f"Patient/{row.patient}"


def _load_open_journals(session: ReadSession, query: AuditQuery) -> dict[int, str]:
    """Return {rid: id} of the requested Patients whose journal the actor may read."""
    rids = set(query.persons) if query.persons else {key.person for key in query.ids or ()}
    needs = load_sections().place("access-log")
    journal = (
        select(
            resource.c.rid,
            resource.c.id,
            resource.c.person,
            literal(needs).label("needs"),
            literal(needs | ALONE).label("stake_needs"),
            literal(0).label("domain"),
            cast(null(), String).label("holder"),
        )
        .where(resource.c.rid.in_(rids), resource.c.person == resource.c.rid)
        .subquery()
    )
    rows = session.connection.execute(
        select(journal.c.rid, journal.c.id).where(visible(journal)).order_by(journal.c.id), session.params
    )
    patients = {row.rid: row.id for row in rows}
    # No event is about two persons.
    return patients if len(set(query.persons)) < 2 else {}


def _select_events(session: ReadSession, query: AuditQuery, persons: Iterable[int]) -> Select[Any]:
    matching, updated = select_visible_events(session)
    matching = matching.where(EVENT.c.person.in_(list(persons)))
    if query.ids is not None:
        matching = matching.where(tuple_(EVENT.c.person, EVENT.c.at, EVENT.c.rid).in_(query.ids))
    return matching.where(*(build_condition(term, query.values, updated) for term in query.terms))


def _select_page(matching: Select[Any], query: AuditQuery, last: Sequence[int] | None) -> Select[Any]:
    order = [EVENT.c.at, EVENT.c.rid]
    if last is not None:
        at, rid = last
        step = operator.lt if query.descending else operator.gt
        # The first condition lets the index scan begin at the last row of the page before.
        edge = operator.le if query.descending else operator.ge
        matching = matching.where(edge(EVENT.c.at, at), or_(step(EVENT.c.at, at), step(EVENT.c.rid, rid)))
    ordered = [column.desc() for column in order] if query.descending else order
    return matching.order_by(*ordered).limit(query.question.count + 1)


def _build_events(session: ReadSession, rows: Sequence[Any], persons: Mapping[int, str]) -> list[Event]:
    """Build the events of `rows`, each with the names of its resources that the actor may see."""
    names: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    if rows:
        keys = [(row.person, row.at, row.rid) for row in rows]
        items = list_shown(EVENT.c.shown).table_valued("key", "value")
        name_rows = session.connection.execute(
            select(EVENT.c.person, EVENT.c.rid, resource.c.rid.label("shown"), resource.c.type, resource.c.id)
            .join_from(EVENT, items, true())
            .join(resource, resource.c.rid == items.c.value)
            .where(tuple_(EVENT.c.person, EVENT.c.at, EVENT.c.rid).in_(keys), items.c.value != EVENT.c.person)
            .where(is_found(items.c.value))
            .order_by(resource.c.type, resource.c.id),
            session.params,
        )
        for row in name_rows:
            names[(row.person, row.rid)].append((row.shown, f"{row.type}/{row.id}"))
    return [
        Event(
            EventKey(row.person, row.at, row.rid), persons[row.person], row.party, row.role, row.client, row.session,
            row.action, row.updated, names[(row.person, row.rid)], row.account,
        )
        for row in rows
    ]  # fmt: skip


def _list_included(query: AuditQuery, events: Iterable[Event]) -> list[str]:
    names: set[str] = set()
    for event in events:
        names |= {f"Patient/{event.patient}"} if "patient" in query.includes else set()
        names |= {event.party} if "agent" in query.includes else set()
    return sorted(names)
