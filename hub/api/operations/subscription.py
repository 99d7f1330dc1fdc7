"""The operations of a Subscription: `$status`, `$events`, `$resend` of the backport, and `$renew-secret` of the hub.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html#behavior-operation-definitions. They are about the caller's
own subscriptions, and show what the caller may see when it asks (`docs/leaks.md` L96–L98).
"""

from __future__ import annotations

import re
from uuid import NAMESPACE_URL, uuid5

from fhir_profiles.codes import BASE
from hub.api.http.paths import make_reference
from hub.api.http.query_string import Pairs
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import Endpoint, Operation
from hub.api.resources import operation_outcome
from hub.api.resources.bundles import join_bundle, write_link
from hub.api.resources.parameters import read_parameters
from hub.domain.dates import parse_moment
from hub.domain.errors import Invalid
from hub.fhir import dumps
from hub.record.notifications.status import SubscriptionStatus
from hub.record.repository.subscriptions import Range, SubscriptionMixin
from hub.subscriptions.notification import build_notification, build_status

_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_NUMBERS = ("eventsSinceNumber", "eventsUntilNumber")
_INSTANTS = ("eventsSinceInstant", "eventsUntilInstant")
_CONTENTS = ("empty", "id-only", "full-resource")
_STATUSES = ("requested", "active", "error", "off")


def read_status(request: ApiRequest) -> Answer:
    """Answer `$status` of one Subscription. The parameters of `$status` of many are accepted and have no effect."""
    pairs = read_parameters(request)
    _check_known(pairs, ("id", "status"))
    name = _get_name(request)
    return _answer_statuses(request, f"{name}/$status", pairs, [_open_subscriptions(request).get_status(name)])


def list_statuses(request: ApiRequest) -> Answer:
    """Answer `$status` of all Subscriptions of the caller, or of some."""
    pairs = read_parameters(request)
    _check_known(pairs, ("id", "status"))
    names = [make_reference("Subscription", value) for value in _list_values(pairs, "id")]
    codes = _list_values(pairs, "status")
    if not set(codes) <= set(_STATUSES):
        raise Invalid("parameter-value", where="status")
    statuses = _open_subscriptions(request).list_statuses(names, codes)
    return _answer_statuses(request, "Subscription/$status", pairs, statuses)


def list_events(request: ApiRequest) -> Answer:
    """Answer `$events`: the notified events that the caller may still see. The parameter `content` has no effect."""
    pairs = read_parameters(request)
    _check_known(pairs, (*_NUMBERS, "content"))
    if not set(_list_values(pairs, "content")) <= set(_CONTENTS):
        raise Invalid("parameter-value", where="content")
    name = _get_name(request)
    status, events = _open_subscriptions(request).events(name, _parse_range(pairs))
    now = request.service.store.now()
    return Answer(
        200, build_notification(request.base_url, status, "query-event", events, message_id="events", now=now)
    )


def resend(request: ApiRequest) -> Answer:
    """Answer `$resend`: notify again of the events that the caller may still see."""
    pairs = read_parameters(request)
    _check_known(pairs, (*_NUMBERS, *_INSTANTS))
    _open_subscriptions(request).resend(_get_name(request), _parse_range(pairs))
    return Answer(200, operation_outcome.RESENT)


def renew_secret(request: ApiRequest) -> Answer:
    """Answer `$renew-secret`: make a new secret for signatures, which only this answer shows; the former one also signs for a
    day."""
    _check_known(read_parameters(request), ())
    secret = _open_subscriptions(request).renew_secret(_get_name(request))
    return Answer(200, dumps({"resourceType": "Parameters", "parameter": [{"name": "secret", "valueString": secret}]}))


def _open_subscriptions(request: ApiRequest) -> SubscriptionMixin:
    return SubscriptionMixin(request.service.store, request.actor, request.base_url)


def _get_name(request: ApiRequest) -> str:
    return make_reference("Subscription", request.params["resource_id"])


def _answer_statuses(request: ApiRequest, path: str, pairs: Pairs, statuses: list[SubscriptionStatus]) -> Answer:
    """Return the Bundle of `statuses`. A status has no address of its own: its id and fullUrl are made of its Subscription's."""
    base_url, entries = request.base_url, []
    for status in statuses:
        identity = str(uuid5(NAMESPACE_URL, f"{base_url}/{status.name}/$status"))
        resource = build_status(base_url, status, "query-status", identity=identity)
        full_url = f"urn:uuid:{identity}"
        entries.append(
            b'{"fullUrl":"%b","resource":%b,"search":{"mode":"match"}}' % (full_url.encode(), dumps(resource))
        )
    link = write_link("self", f"{base_url}/{path}", tuple(pairs))
    return Answer(200, join_bundle(b'"type":"searchset","total":%d,"link":[%b]' % (len(entries), link), entries))


def _check_known(pairs: Pairs, names: tuple[str, ...]) -> None:
    """Raise Invalid `parameter-unknown` for the first parameter that the operation does not have."""
    for name, _ in pairs:
        if name not in names:
            raise Invalid("parameter-unknown", where=name[:64])


def _list_values(pairs: Pairs, name: str) -> list[str]:
    return [value for parameter, value in pairs if parameter == name]


def _parse_range(pairs: Pairs) -> Range:
    """Return the bounds that `pairs` set. Raises Invalid for a parameter that is given twice, or is no number or no instant."""
    bounds: dict[str, int] = {}
    for name, value in pairs:
        if name in bounds:
            raise Invalid("parameter-twice", where=name)
        if name in _NUMBERS:
            bounds[name] = _parse_number(name, value)
        elif name in _INSTANTS:
            bounds[name] = _parse_instant(name, value)
    return Range(*(bounds.get(name) for name in (*_NUMBERS, *_INSTANTS)))


def _parse_number(name: str, value: str) -> int:
    if _NUMBER.fullmatch(value) is None:
        raise Invalid("parameter-value", where=name)
    return int(value)


def _parse_instant(name: str, value: str) -> int:
    try:
        return parse_moment(value)
    except ValueError:
        raise Invalid("parameter-value", where=name) from None


_BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription"
OPERATIONS = (
    Operation(
        "status",
        f"{_BACKPORT}-status",
        "Subscription",
        on_type=Endpoint(list_statuses),
        on_instance=Endpoint(read_status),
    ),
    Operation("events", f"{_BACKPORT}-events", "Subscription", on_instance=Endpoint(list_events)),
    Operation("resend", f"{_BACKPORT}-resend", "Subscription", on_instance=Endpoint(resend, ("POST",))),
    Operation(
        "renew-secret",
        f"{BASE}OperationDefinition/subscription-renew-secret",
        "Subscription",
        on_instance=Endpoint(renew_secret, ("POST",)),
    ),
)
