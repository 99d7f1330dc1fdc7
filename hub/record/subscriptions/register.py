"""Create, update and delete Subscriptions, for their owners.

The resource is stored without its headers, which nobody can read again (`docs/leaks.md` L97). The subscriber may set its status
to `requested` or `off`; the hub sets the others. Notifications are authorized as the actor who wrote it last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from fhir_profiles.codes import WEBHOOK_SECRET_EXTENSION
from hub.domain.errors import Invalid, Problem, Refused
from hub.domain.roles import load_roles
from hub.record.access.session import ReadSession
from hub.record.read.current import build_slice, read_visible_parts
from hub.record.read.preconditions import Preconditions
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


def remove(unit: UnitOfWork, session: ReadSession, name: str, preconditions: Preconditions) -> None:
    """Delete a Subscription. Its past versions stay in the database, but nobody can read them.

    Raises NotFound when it is hidden or absent; Conflict as `Preconditions.check`."""
    rid = get_reference_rid(name)
    current = build_slice(name, read_visible_parts(session, [rid])[rid], session.keys)
    preconditions.check(current)
    for table in (part, stake):
        unit.connection.execute(update(table).where(table.c.rid == rid, table.c.until == EVER).values(until=unit.time))
    for table in (*INDEXES, subscription):
        unit.connection.execute(delete(table).where(table.c.rid == rid))
    unit.connection.execute(delete(notice).where(notice.c.subscription == rid))


def _check_rights(session: ReadSession, terms: SubscriptionRequest) -> None:
    """Check that the actor may read the type and use the filters. Raises Invalid: the actor may subscribe, but not to these."""
    try:
        allow(session.actor, terms.topic.resource, "r")
    except Refused:
        raise Invalid(Problem("subscription-topic", "Subscription.criteria")) from None
    try:
        allow_parameters(session.actor, build_query(terms.topic.resource, terms.filters, ["x"]))
    except Invalid:
        raise Invalid(Problem("subscription-filter", "Subscription.criteria")) from None


def _check_host(session: ReadSession, terms: SubscriptionRequest) -> None:
    """Check that the operator has allowed the host for the client (`docs/leaks.md` L100). Raises Invalid."""
    registered = select(client_host.c.host).where(
        client_host.c.client_id == session.actor.client, client_host.c.host == terms.host
    )
    if session.connection.execute(registered).first() is None:
        raise Invalid(Problem("endpoint-not-registered", "Subscription.channel.endpoint"))


def _strip_channel(channel: Json) -> Json:
    """Return the channel without the headers and the secret."""
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
    """Return the columns for the request and its actor; `headers` only if the resource has some."""
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
    """Insert the row of a new Subscription, and return its secret as subscribers write it."""
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
    # Other roles of the organisation see other parts of the record, so that the Subscription is withheld from them.
    others = [role for role in load_roles() if role != session.actor.role]
    fixed = {"rid": rid, "party": "", "since": unit.time, "until": EVER, "person": 0, "why": "subscriber"}
    unit.connection.execute(insert(withheld), [fixed | {"role": role} for role in others])
    return secrets.format_secret(secret)


def _build_start_columns(unit: UnitOfWork) -> Columns:
    """Return the columns of a row before its handshake."""
    own = {"status": "requested", "fault": "", "since": unit.time, "attempts": 0}
    return own | {"due": 0, "busy": 0, "lease": ""}


def _change(unit: UnitOfWork, row: SubscriptionRow, new_columns: Columns, status: str, before: str) -> str:
    """Update the row and return the new status. Other terms need a new handshake."""
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
        # Notices that were not sent yet are sent after the handshake.
        del start_columns["since"]
    unit.connection.execute(update(subscription).where(condition).values(**new_columns, **start_columns))
    return "requested"
