"""Faults in what subscribers are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from hub.domain.actor import Actor
from hub.domain.errors import Invalid
from hub.record.notifications import authorize, compose, fanout
from hub.record.repository import subscriptions
from hub.record.subscriptions import register, request
from hub.record.subscriptions.rows import lock_row
from hub.record.tables import subscription
from hub.record.unit_of_work import store_rows
from tests.mutants.blind import all_of, replaced, swapped


def _all_told(_whole: Any) -> Any:
    return lambda _store, _access, _who, changes, _base: list(changes)


def _any_part(_whole: Any) -> Any:
    """A change of anything in a resource that is seen counts as one of what is seen."""

    def begun(_session: Any, changes: Any) -> Any:
        found: dict[int, set[tuple[int, ...]]] = {change.rid: set() for change in changes}
        for change in changes:
            found[change.rid] |= {tuple(map(int, one.split(":"))) for one in change.said.split()}
        return found

    return begun


def _as_before(_whole: Any) -> Any:
    """Whoever subscribed once is who it was then."""
    return lambda _connection, some: [Actor(one.party, one.role, one.client, one.scopes) for one in some]


def _counting(whole: Any) -> Any:
    """What may not be told takes a number."""

    def drop(connection: Any, rid: int, lost: Any, now: int) -> None:
        whole(connection, rid, lost, now)
        its = subscription.c.rid == rid
        connection.execute(update(subscription).where(its).values(events=subscription.c.events + len(lost)))

    return drop


def _numbered(whole: Any) -> Any:
    return lambda connection, held, kept, message: whole(connection, lock_row(connection, held.rid), kept, message)


def _any_filter(whole: Any) -> Any:
    def filters(resource: Any, topic: Any) -> Any:
        try:
            return whole(resource, topic)
        except Invalid:
            return ()

    return filters


def _any_channel(whole: Any) -> Any:
    def read(resource: Any, **named: Any) -> Any:
        channel = {name: value for name, value in resource["channel"].items() if name not in ("payload", "_payload")}
        return whole(resource | {"channel": channel | {"type": "rest-hook", "endpoint": _HERE}}, **named)

    return read


_HERE = "http://127.0.0.1:9/"


def _saying(whole: Any) -> Any:
    """What waits says what it is about."""

    def said(rows: Any) -> Any:
        found = whole(rows)
        for row in rows.insert.get(store_rows.part, ()):
            found[row["rid"]].append(str(row["body"]))
        return found

    return said


MUTANTS: dict[str, Callable[[], Any]] = {
    "subscribers are told with the rights of the hub (L92)": replaced(
        authorize, "filter_authorized", lambda _: lambda _session, _who, changes, *_others: list(changes)
    ),
    "a change of hidden parts is an event (L92)": replaced(authorize, "_load_started_rows", _any_part),
    "what is told is judged when it happens, not when it is told (L98)": all_of(
        replaced(compose, "filter_allowed", _all_told),
        replaced(subscriptions, "filter_authorized", lambda _: lambda _session, _who, changes, *_others: list(changes)),
    ),
    "hidden events take a number (L96)": all_of(
        replaced(fanout, "filter_allowed", _all_told),
        replaced(compose, "_drop", _counting),
        replaced(compose, "_number_events", _numbered),
    ),
    "any filter is taken (L93)": replaced(request, "_read_filters", _any_filter),
    "any channel is taken (L94)": swapped(request.parse_subscription, _any_channel),
    "who was let in once is told for ever (L95)": swapped(authorize.load_actors, _as_before),
    "a Subscription keeps its headers (L97)": replaced(register, "_strip_channel", lambda _: lambda channel: channel),
    "any endpoint is called (L100)": all_of(
        replaced(request, "_read_host", lambda _: lambda _endpoint, **_named: "partner.example"),
        replaced(register, "_check_host", lambda _: lambda *_given: None),
        replaced(request, "_read_headers", lambda _: lambda given: None if given is None else tuple(given)),
    ),
    "the outbox says what changed (L102)": replaced(store_rows, "_group_begun_rows", _saying),
}
