"""The journal under the predicate: a page of a person's events, or one of them.

Three statements whatever the page: whose journal is open to this actor, its events, what each showed that the actor could read.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, or_, select, tuple_

from hub.domain.errors import NotFound
from hub.domain.sections import ALONE, load_sections
from hub.record.access.predicate import visible
from hub.record.access.session import ReadSession
from hub.record.audit.conditions import holds
from hub.record.audit.event import Event, EventKey, id_of, key_of, slice_of_event
from hub.record.audit.params import AuditQuery
from hub.record.audit.visibility import visible_events
from hub.record.read.slice import Slice
from hub.record.search.sql.compiler import is_found
from hub.record.tables import access, access_shown, resource


@dataclass(frozen=True)
class JournalPage:
    """`persons`: the Patients whose journals were opened, `Type/id`; `included`: what the events point to, if asked for;
    `last`: (moment, number) of the last event if there are more."""

    slices: list[Slice]
    persons: list[str]
    included: list[str]
    total: int | None
    last: tuple[int, int] | None


def find_events(session: ReadSession, wanted: AuditQuery, last: tuple[int, int] | None) -> JournalPage:
    """The page of `wanted` after the event `last`."""
    connection, keys = session.connection, session.keys
    persons = _open_to(session, wanted)
    matching = _events(session, wanted, persons)
    total = None
    if wanted.question.total:
        total = connection.execute(select(func.count()).select_from(matching.subquery()), session.params).scalar_one()
    rows: Sequence[Any] = ()
    if not wanted.question.only_count:
        rows = connection.execute(_page(matching, wanted, last), session.params).all()
    shown = rows[: wanted.question.count]
    events = _with_shown(session, shown, persons)
    return JournalPage(
        [slice_of_event(event, id_of(event.key, keys), keys) for event in events],
        [f"Patient/{patient}" for patient in persons.values()],
        _included(wanted, events),
        total,
        (shown[-1].at, shown[-1].rid) if len(rows) > len(shown) and shown else None,
    )


def read_event(session: ReadSession, name: str) -> tuple[Slice, str]:
    """The event `AuditEvent/id`, and whose Patient it is about. NotFound when it is absent or hidden: one answer."""
    event_id = name.partition("/")[2]
    key = key_of(event_id, session.keys)
    # What nobody sealed is asked for all the same: absent and hidden take as long.
    person, at, rid = key or EventKey(0, 0, 0)
    wanted = visible_events(session)[0].where(access.c.person == person, access.c.at == at, access.c.rid == rid)
    patient = select(resource.c.id).where(resource.c.rid == access.c.person).scalar_subquery()
    row = session.connection.execute(wanted.add_columns(patient.label("patient")), session.params).one_or_none()
    if row is None:
        raise NotFound
    (event,) = _with_shown(session, [row], {person: row.patient})
    return slice_of_event(event, event_id, session.keys), f"Patient/{row.patient}"


def _open_to(session: ReadSession, wanted: AuditQuery) -> dict[int, str]:
    """Of the persons whose journals are asked for, the ids of those whose journal is open to this actor."""
    asked = set(wanted.persons) if wanted.persons else {key.person for key in wanted.ids or ()}
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
        .where(resource.c.rid.in_(asked), resource.c.person == resource.c.rid)
        .subquery()
    )
    rows = session.connection.execute(
        select(journal.c.rid, journal.c.id).where(visible(journal)).order_by(journal.c.id), session.params
    )
    patients = {row.rid: row.id for row in rows}
    # Of two different persons there is no event.
    return patients if len(set(wanted.persons)) < 2 else {}


def _events(session: ReadSession, wanted: AuditQuery, persons: Iterable[int]) -> Select[Any]:
    matching, updated = visible_events(session)
    matching = matching.where(access.c.person.in_(list(persons)))
    if wanted.ids is not None:
        matching = matching.where(tuple_(access.c.person, access.c.at, access.c.rid).in_(wanted.ids))
    return matching.where(*(holds(term, wanted.values, updated) for term in wanted.terms))


def _page(matching: Select[Any], wanted: AuditQuery, last: Sequence[int] | None) -> Select[Any]:
    order = [access.c.at, access.c.rid]
    if last is not None:
        at, rid = last
        step = operator.lt if wanted.descending else operator.gt
        # Spelled so that the key is entered at the last row of the page before.
        edge = operator.le if wanted.descending else operator.ge
        matching = matching.where(edge(access.c.at, at), or_(step(access.c.at, at), step(access.c.rid, rid)))
    ordered = [column.desc() for column in order] if wanted.descending else order
    return matching.order_by(*ordered).limit(wanted.question.count + 1)


def _with_shown(session: ReadSession, rows: Sequence[Any], persons: Mapping[int, str]) -> list[Event]:
    """`rows` with the names that this actor may know of what each showed."""
    names: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    if rows:
        keys = [(row.person, row.at, row.rid) for row in rows]
        shown = access_shown
        named = session.connection.execute(
            select(shown.c.person, shown.c.rid, resource.c.rid.label("shown"), resource.c.type, resource.c.id)
            .join_from(shown, resource, resource.c.rid == shown.c.shown)
            .where(tuple_(shown.c.person, shown.c.at, shown.c.rid).in_(keys), shown.c.shown != shown.c.person)
            .where(is_found(shown.c.shown))
            .order_by(resource.c.type, resource.c.id),
            session.params,
        )
        for row in named:
            names[(row.person, row.rid)].append((row.shown, f"{row.type}/{row.id}"))
    return [
        Event(
            EventKey(row.person, row.at, row.rid), persons[row.person], row.party, row.role, row.client, row.session,
            row.action, row.updated, names[(row.person, row.rid)],
        )
        for row in rows
    ]  # fmt: skip


def _included(wanted: AuditQuery, events: Iterable[Event]) -> list[str]:
    names: set[str] = set()
    for event in events:
        names |= {f"Patient/{event.patient}"} if "patient" in wanted.includes else set()
        names |= {event.party} if "agent" in wanted.includes else set()
    return sorted(names)
