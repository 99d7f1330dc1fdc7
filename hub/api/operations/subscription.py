"""The operations of a Subscription: `$status`, `$events`, `$resend` of the backport, and `$renew-secret` of the hub.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html#behavior-operation-definitions. All of it is of the
caller's own subscriptions, judged as the caller when it asks (`docs/leaks.md` L96–L98).
"""

from __future__ import annotations

import re

from flask import Response, current_app, g

from hub.api.http.context import base
from hub.api.http.paths import make_reference
from hub.api.http.query_string import Pairs
from hub.api.http.response import Answer, send
from hub.api.resources import operation_outcome
from hub.api.resources.parameters import read_parameters
from hub.domain.errors import Invalid
from hub.fhir import dumps
from hub.http.guards import token_required
from hub.record.db.clock import moment
from hub.record.repository.subscriptions import Range, SubscriptionMixin
from hub.subscriptions.notification import build_notification, build_status

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_NUMBERS = ("eventsSinceNumber", "eventsUntilNumber")
_INSTANTS = ("eventsSinceInstant", "eventsUntilInstant")
_CONTENTS = ("empty", "id-only", "full-resource")
_STATUSES = ("requested", "active", "error", "off")


@token_required
def status_view(resource_id: str) -> Response:
    """`$status` of one; parameters are those of many and say nothing here."""
    _only(read_parameters(), ("id", "status"))
    repository, base_url = _opened(), base()
    name = make_reference("Subscription", resource_id)
    return send(_statuses(base_url, [build_status(base_url, repository.standing(name), "query-status")]))


@token_required
def statuses_view() -> Response:
    """`$status` of all that are the caller's own, or of some."""
    pairs = read_parameters()
    _only(pairs, ("id", "status"))
    names = [make_reference("Subscription", value) for value in _values(pairs, "id")]
    statuses = _values(pairs, "status")
    if not set(statuses) <= set(_STATUSES):
        raise Invalid("parameter-value", where="status")
    base_url = base()
    found = _opened().standings(names, statuses)
    return send(_statuses(base_url, [build_status(base_url, one, "query-status") for one in found]))


@token_required
def events_view(resource_id: str) -> Response:
    """`$events`: what was told, as far as it may still be told. The wish for another content is not followed."""
    pairs = read_parameters()
    _only(pairs, (*_NUMBERS, "content"))
    if not set(_values(pairs, "content")) <= set(_CONTENTS):
        raise Invalid("parameter-value", where="content")
    name = make_reference("Subscription", resource_id)
    standing, events = _opened().events(name, _range(pairs))
    now = current_app.extensions["store"].now()
    return send(Answer(200, build_notification(base(), standing, "query-event", events, message_id="events", now=now)))


@token_required
def resend_view(resource_id: str) -> Response:
    """`$resend`: what was told is told again, as far as it may still be told."""
    pairs = read_parameters()
    _only(pairs, (*_NUMBERS, *_INSTANTS))
    _opened().resend(make_reference("Subscription", resource_id), _range(pairs))
    return send(Answer(200, operation_outcome.RESENT))


@token_required
def renew_secret_view(resource_id: str) -> Response:
    """`$renew-secret`: a new secret for the signatures, told in this answer alone; the former one signs too for a day."""
    _only(read_parameters(), ())
    secret = _opened().renew_secret(make_reference("Subscription", resource_id))
    told = {"resourceType": "Parameters", "parameter": [{"name": "secret", "valueString": secret}]}
    return send(Answer(200, dumps(told)))


def _opened() -> SubscriptionMixin:
    return SubscriptionMixin(current_app.extensions["store"], g.actor, base())


def _statuses(base_url: str, found: list[dict[str, object]]) -> Answer:
    entries = [{"resource": one, "search": {"mode": "match"}} for one in found]
    links = [{"relation": "self", "url": f"{base_url}/Subscription/$status"}]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": links}
    return Answer(200, dumps(bundle | ({"entry": entries} if entries else {})))


def _only(pairs: Pairs, known: tuple[str, ...]) -> None:
    """Invalid at the first parameter that the operation has not."""
    for name, _ in pairs:
        if name not in known:
            raise Invalid("parameter-unknown", where=name[:64])


def _values(pairs: Pairs, name: str) -> list[str]:
    return [value for asked_name, value in pairs if asked_name == name]


def _range(pairs: Pairs) -> Range:
    """Invalid at a parameter that is given twice or is no number, or no instant."""
    found: dict[str, int] = {}
    for name, value in pairs:
        if name in found:
            raise Invalid("parameter-twice", where=name)
        if name in _NUMBERS:
            found[name] = _number(name, value)
        elif name in _INSTANTS:
            found[name] = _instant(name, value)
    return Range(*(found.get(name) for name in (*_NUMBERS, *_INSTANTS)))


def _number(name: str, value: str) -> int:
    if _NUMBER.fullmatch(value) is None:
        raise Invalid("parameter-value", where=name)
    return int(value)


def _instant(name: str, value: str) -> int:
    try:
        return moment(value)
    except ValueError:
        raise Invalid("parameter-value", where=name) from None
