"""The preconditions of a request, read from its headers: https://www.rfc-editor.org/rfc/rfc9110#section-13."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from hub.api.http.request import ApiRequest
from hub.domain.errors import Invalid, Refused
from hub.domain.scopes import covers
from hub.record.read.preconditions import ANY, Preconditions
from hub.record.read.slice import Slice

_TAG = r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"'
_ETAG = re.compile(_TAG, re.ASCII)
_ETAGS = re.compile(rf"{_TAG}(?:[ \t]*,[ \t]*{_TAG})*", re.ASCII)


def parse_preconditions(request: ApiRequest) -> Preconditions:
    """Return the preconditions of a write, of which `If-Match: *` is none, as it names no version (`docs/security.md` R01).

    Raises Invalid `if-match-malformed` for a malformed If-Match or If-None-Match. Raises Refused `scope-insufficient` for
    If-None-Match and If-Unmodified-Since of who may not read: whether they hold tells when the resource last changed."""
    headers = request.headers
    none_match, unmodified_since = headers.get("HTTP_IF_NONE_MATCH"), headers.get("HTTP_IF_UNMODIFIED_SINCE")
    asks = none_match is not None or unmodified_since is not None
    if asks and not covers(request.actor.scopes, request.params.get("resource_type", "Subscription"), "r"):
        raise Refused("scope-insufficient")
    return Preconditions(
        _parse_if_match(request.if_match), _parse_none_match(none_match), parse_http_date(unmodified_since)
    )


def check_read(headers: Mapping[str, Any], current: Slice) -> None:
    """Raise Conflict `version-conflict` when a reader's If-Match or, without it, If-Unmodified-Since is false of `current`."""
    if if_match := headers.get("HTTP_IF_MATCH"):
        current_match = current.version if matches(if_match, current.version) else ""
        Preconditions(current_match).check(current)
    else:
        Preconditions(unmodified_since=parse_http_date(headers.get("HTTP_IF_UNMODIFIED_SINCE"))).check(current)


def matches(etags: str, version: str) -> bool:
    """Return whether a list of ETags has that of `version`, by weak comparison, or is `*` (RFC 9110 §8.8.3.2, §13.1.2)."""
    tags = (tag.strip().removeprefix("W/") for tag in etags.split(","))
    return any(tag in (ANY, f'"{version}"') for tag in tags)


def parse_http_date(header: str | None) -> int | None:
    """Return the seconds since 1970 of an HTTP-date; None for one that is none, which is ignored (RFC 9110 §13.1.3, §13.1.4)."""
    if not header:
        return None
    try:
        moment = parsedate_to_datetime(header)
        return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def _parse_if_match(header: str | None) -> str | None:
    if header is None or header.strip() == ANY:
        return None
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise Invalid("if-match-malformed", where="If-Match")
    return match[1]


def _parse_none_match(header: str | None) -> tuple[str, ...]:
    if header is None:
        return ()
    if header.strip() == ANY:
        return (ANY,)
    if not _ETAGS.fullmatch(header.strip()):
        raise Invalid("if-match-malformed", where="If-None-Match")
    return tuple(_ETAG.findall(header))
