"""A Subscription comes through the door: created, changed, deleted by those whose own it is.

The resource is kept without its headers, which nobody reads again (`docs/leaks.md` L97), and with a status that only the hub
moves on: a subscriber asks for `requested` or `off`. Its row says as whom it is judged: who wrote it last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from fhir_profiles.codes import WEBHOOK_SECRET_EXTENSION
from hub.domain.errors import Conflict, Invalid, Problem, Refused
from hub.domain.roles import load_roles
from hub.record.access.session import ReadSession
from hub.record.read.current import build_slice, read_visible_parts
from hub.record.search.query.authorize import allow, allow_parameters
from hub.record.subscriptions import secrets
from hub.record.subscriptions.request import SubscriptionRequest, build_query, parse_subscription
from hub.record.subscriptions.rows import SubscriptionRow, lock_row
from hub.record.tables import (
    client_host,
    notice,
    part,
    stake,
    subscription,
    withheld,
)
from hub.record.tables.base import EVER
from hub.record.unit_of_work.store_rows import INDEXES
from hub.record.unit_of_work.unit import UnitOfWork
from hub.slices import get_reference_rid

Json = dict[str, Any]
Columns = dict[str, Any]


@dataclass(frozen=True)
class Registrations:
    """The Subscriptions that one actor registers in a unit of work. `loopback`: endpoints on this machine are accepted.
    `secrets`: of each that was created, by `Type/id`, the secret as its subscriber writes it."""

    loopback: bool = False
    secrets: dict[str, str] = field(default_factory=dict)


def register(
    unit: UnitOfWork, session: ReadSession, registrations: Registrations, resource: Json, before: Json | None
) -> Json:
    """The Subscription `resource` as it is kept, its row written. `before`: as its writer saw it, None when it is created.

    Invalid: what is not offered, a topic of what its writer may not read, a filter that the role can never see, an endpoint
    that may not be called, a status that is not the subscriber's to say."""
    terms = parse_subscription(resource, loopback=registrations.loopback)
    _check_rights(session, terms)
    if not registrations.loopback:
        _check_host(session, terms)
    stored = resource | {"channel": _strip_channel(resource["channel"])}
    rid = get_reference_rid(f"Subscription/{resource['id']}")
    row = lock_row(unit.connection, rid)
    status = "requested" if before is None else _check_status(resource["status"], before["status"])
    new_columns = _build_columns(session, terms, f"Subscription/{resource['id']}")
    if row is None:
        registrations.secrets[new_columns["name"]] = _add(unit, session, rid, new_columns)
        status = "requested"
    else:
        status = _change(unit, row, new_columns, status, str((before or {}).get("status", "")))
    stored = {name: value for name, value in stored.items() if name != "error"} | {"status": status}
    if before is not None and status == before["status"] and "error" in before:
        stored["error"] = before["error"]
    return stored


def remove(unit: UnitOfWork, session: ReadSession, name: str, if_match: str | None) -> None:
    """End a Subscription for good: it is not there any more, and nothing is sent. Its versions stay on the disk, unseen.

    NotFound: hidden or absent. Conflict `version-conflict`: its owner sees another version than `if_match`."""
    rid = get_reference_rid(name)
    current = build_slice(name, read_visible_parts(session, [rid])[rid], session.keys)
    if if_match is not None and if_match != current.version:
        raise Conflict("version-conflict")
    for table in (part, stake):
        unit.connection.execute(update(table).where(table.c.rid == rid, table.c.until == EVER).values(until=unit.time))
    for table in (*INDEXES, subscription):
        unit.connection.execute(delete(table).where(table.c.rid == rid))
    unit.connection.execute(delete(notice).where(notice.c.subscription == rid))


def _check_rights(session: ReadSession, terms: SubscriptionRequest) -> None:
    """Invalid rather than Refused: the caller may subscribe, but not to this."""
    try:
        allow(session.actor, terms.topic.resource, "r")
    except Refused:
        raise Invalid(Problem("subscription-topic", "Subscription.criteria")) from None
    try:
        allow_parameters(session.actor, build_query(terms.topic.resource, terms.filters, ["x"]))
    except Invalid:
        raise Invalid(Problem("subscription-filter", "Subscription.criteria")) from None


def _check_host(session: ReadSession, terms: SubscriptionRequest) -> None:
    """Outside the demo the operator has registered the host for the client (`docs/leaks.md` L100)."""
    registered = select(client_host.c.host).where(
        client_host.c.client_id == session.actor.client, client_host.c.host == terms.host
    )
    if session.connection.execute(registered).first() is None:
        raise Invalid(Problem("endpoint-not-registered", "Subscription.channel.endpoint"))


def _strip_channel(channel: Json) -> Json:
    """The channel without what is only between the subscriber and the hub."""
    extensions = [
        extension for extension in channel.get("extension", ()) if extension["url"] != WEBHOOK_SECRET_EXTENSION
    ]
    public = {name: value for name, value in channel.items() if name not in ("header", "_header", "extension")}
    return {"extension": extensions} | public if extensions else public


def _check_status(requested: str, before: str) -> str:
    if requested not in (before, "requested", "off"):
        raise Invalid(Problem("subscription-status", "Subscription.status"))
    return requested


def _build_columns(session: ReadSession, terms: SubscriptionRequest, name: str) -> Columns:
    """What the terms and their writer are in a row; `headers` only if some were sent."""
    actor = session.actor
    columns: Columns = {
        "name": name,
        "client": actor.client,
        "party": actor.party,
        "role": actor.role,
        "scopes": " ".join(actor.scopes),
        "topic": terms.topic.url,
        "type": terms.topic.resource,
        "filters": msgspec.json.encode(terms.filters).decode(),
        "endpoint": terms.endpoint,
        "media_type": terms.media_type,
        "content": terms.content,
        "seconds": terms.seconds,
        "most": terms.most,
        "heartbeat": terms.heartbeat,
        "until": terms.until,
    }
    if terms.headers is not None:
        columns["headers"] = secrets.close_headers(terms.headers, name, session.keys)
    return columns


def _add(unit: UnitOfWork, session: ReadSession, rid: int, new_columns: Columns) -> str:
    """Insert the row of a new Subscription. Its secret, as the subscriber writes it."""
    name = new_columns["name"]
    secret = secrets.draw(name, unit.new_id("Secret"), session.keys)
    own = {
        "headers": secrets.close_headers((), name, session.keys),
        "secret": secrets.close(secret, "secret", name, session.keys),
        "former": b"",
        "former_until": 0,
        "events": 0,
    }
    unit.connection.execute(insert(subscription), {"rid": rid, **own, **new_columns, **_build_start_columns(unit)})
    # Its organisation's other roles see other things than this one: what it is told, and of whom, is not for them.
    others = [role for role in load_roles() if role != session.actor.role]
    fixed = {"rid": rid, "party": "", "since": unit.time, "until": EVER, "person": 0, "why": "subscriber"}
    unit.connection.execute(insert(withheld), [fixed | {"role": role} for role in others])
    return secrets.format_secret(secret)


def _build_start_columns(unit: UnitOfWork) -> Columns:
    """What a row is like when the handshake is to be made."""
    own = {"status": "requested", "fault": "", "since": unit.time, "attempts": 0}
    return own | {"due": unit.time, "busy": 0, "lease": ""}


def _change(unit: UnitOfWork, row: SubscriptionRow, new_columns: Columns, status: str, before: str) -> str:
    """Write what differs; the status that follows. Other terms are a new promise: they need a new handshake."""
    of_writer = ("client", "party", "role", "scopes")
    other = {name for name, value in new_columns.items() if getattr(row, name) != value and name not in of_writer}
    if status == before and (not other or status == "off"):
        return status
    condition = subscription.c.rid == row.rid
    if other & {"topic", "filters"} or status == "off" or before == "off":
        untold = (notice.c.subscription == row.rid, notice.c.closed.is_(None))
        unit.connection.execute(delete(notice).where(*untold))
    if status == "off":
        values = new_columns | {"status": "off", "fault": "", "due": EVER, "busy": 0, "lease": ""}
        unit.connection.execute(update(subscription).where(condition).values(**values))
        return "off"
    start_columns = _build_start_columns(unit)
    if before != "off":
        # What it was not told yet it is told when its endpoint answers again.
        del start_columns["since"]
    unit.connection.execute(update(subscription).where(condition).values(**new_columns, **start_columns))
    return "requested"
