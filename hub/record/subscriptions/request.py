"""Parse a Subscription strictly: topic, filters, endpoint, form of the notifications. No database access.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription.html. What is not supported is
refused (`docs/loop.md` D6.36), whatever the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fhir_profiles import codes
from hub.domain.dates import parse_moment
from hub.domain.errors import HubError, Invalid, Problem
from hub.domain.topics import Topic, load_topics
from hub.outgoing import parse_endpoint
from hub.record.search.query.parser import parse_query
from hub.record.search.query.query import SearchQuery
from hub.record.tables.base import EVER

EXTENSIONS = frozenset(
    {
        codes.FILTER_EXTENSION,
        codes.PAYLOAD_CONTENT_EXTENSION,
        codes.TIMEOUT_EXTENSION,
        codes.MAX_COUNT_EXTENSION,
        codes.HEARTBEAT_EXTENSION,
        # In the answer to the creation and not stored: a client that sends that answer back may include it.
        codes.WEBHOOK_SECRET_EXTENSION,
    }
)
CONTENTS = ("id-only", "empty")
MEDIA_TYPES = ("application/fhir+json", "application/json")
# Events of one message and seconds of one attempt at most; seconds between two heartbeats at least.
MOST, SECONDS, HEARTBEAT = 20, 5, 60
MOST_HEADERS, HEADER_LENGTH, MOST_FILTERS = 10, 1024, 10

_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}):[ \t]*([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)", re.ASCII)
# Headers that the hub sets itself, and those that would change where or how the message is sent.
_OURS_IN_LINES = """
host content-type content-length content-encoding transfer-encoding connection upgrade te trailer expect keep-alive
proxy-authorization proxy-connection accept-encoding forwarded x-forwarded-for x-forwarded-host x-forwarded-proto
webhook-id webhook-timestamp webhook-signature
"""
_OURS = frozenset(_OURS_IN_LINES.split())


@dataclass(frozen=True)
class SubscriptionRequest:
    """The parsed request. `filters`: (search parameter, value), joined by AND. `headers`: None when the resource has none.
    `heartbeat`: seconds, 0 for none. `until`: microseconds."""

    topic: Topic
    filters: tuple[tuple[str, str], ...]
    endpoint: str
    host: str
    headers: tuple[str, ...] | None
    media_type: str
    content: str
    seconds: int
    most: int
    heartbeat: int
    until: int


def parse_subscription(resource: dict[str, Any], *, loopback: bool) -> SubscriptionRequest:
    """Parse a Subscription that is valid R4. Raises Invalid at what is not offered. `loopback`: endpoints on this machine are
    accepted."""
    topic = load_topics().get(resource["criteria"])
    if topic is None:
        raise Invalid(Problem("subscription-topic", "Subscription.criteria"))
    channel = resource["channel"]
    if channel["type"] != "rest-hook":
        raise Invalid(Problem("subscription-channel", "Subscription.channel.type"))
    media_type = channel.get("payload", MEDIA_TYPES[0])
    content = _find_extension(channel.get("_payload"), codes.PAYLOAD_CONTENT_EXTENSION, CONTENTS[0])
    if media_type not in MEDIA_TYPES or content not in CONTENTS:
        raise Invalid(Problem("subscription-payload", "Subscription.channel.payload"))
    heartbeat = int(_find_extension(channel, codes.HEARTBEAT_EXTENSION, 0))
    if 0 < heartbeat < HEARTBEAT:
        raise Invalid(Problem("subscription-heartbeat", "Subscription.channel"))
    return SubscriptionRequest(
        topic=topic,
        filters=_read_filters(resource, topic),
        endpoint=channel.get("endpoint", ""),
        host=_read_host(channel.get("endpoint", ""), loopback=loopback),
        headers=_read_headers(channel.get("header")),
        media_type=media_type,
        content=content,
        seconds=min(int(_find_extension(channel, codes.TIMEOUT_EXTENSION, SECONDS)) or SECONDS, SECONDS),
        most=min(int(_find_extension(channel, codes.MAX_COUNT_EXTENSION, MOST)), MOST),
        heartbeat=heartbeat,
        until=parse_moment(resource["end"]) if "end" in resource else EVER,
    )


def build_query(resource_type: str, filters: tuple[tuple[str, str], ...], ids: list[str]) -> SearchQuery:
    """Build the search that finds which of `ids` meet `filters` (`docs/leaks.md` L93)."""
    return parse_query(resource_type, [*filters, ("_id", ",".join(ids)), ("_count", str(len(ids)))])


def _read_filters(resource: dict[str, Any], topic: Topic) -> tuple[tuple[str, str], ...]:
    texts = list(_list_extensions(resource.get("_criteria"), codes.FILTER_EXTENSION))
    try:
        pairs = tuple(pair for text in texts for pair in _parse_pairs(text, topic))
        if len(pairs) > MOST_FILTERS or any(name not in topic.filters for name, _ in pairs):
            raise ValueError
        build_query(topic.resource, pairs, ["x"])
    except (ValueError, HubError):
        raise Invalid(Problem("subscription-filter", "Subscription.criteria")) from None
    return pairs


def _parse_pairs(text: str, topic: Topic) -> list[tuple[str, str]]:
    """Parse `Task?owner=Organization/x&status=requested`. Raises ValueError for another type or a malformed query."""
    resource_type, _, query = text.partition("?")
    if resource_type != topic.resource:
        raise ValueError
    return parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FILTERS)


def _read_host(endpoint: str, *, loopback: bool) -> str:
    try:
        return parse_endpoint(endpoint, loopback=loopback).host
    except Invalid:
        raise Invalid(Problem("endpoint-refused", "Subscription.channel.endpoint")) from None


def _read_headers(lines: list[str] | None) -> tuple[str, ...] | None:
    """Check header lines: `Name: value` in ASCII without line ends, none that the hub sets itself (`docs/leaks.md` L100)."""
    if lines is None:
        return None
    read = [_HEADER.fullmatch(line) for line in lines]
    allowed = all(header is not None and header[1].lower() not in _OURS for header in read)
    if not allowed or len(lines) > MOST_HEADERS or any(len(line) > HEADER_LENGTH for line in lines):
        raise Invalid(Problem("subscription-header", "Subscription.channel.header"))
    return tuple(f"{header[1]}: {header[2]}" for header in read if header is not None)


def _find_extension(element: dict[str, Any] | None, url: str, otherwise: Any) -> Any:
    return next(_list_extensions(element, url), otherwise)


def _list_extensions(element: dict[str, Any] | None, url: str) -> Iterator[Any]:
    """Yield the values of the extensions `url` of an element."""
    for extension in (element or {}).get("extension", ()):
        if extension["url"] == url:
            yield next((value for name, value in extension.items() if name.startswith("value")), "")
