"""The read interaction: https://hl7.org/fhir/R4/http.html#read, and conditional read: #cread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from flask import Response, request

from hub.api.http.context import record
from hub.api.http.negotiation import without_format
from hub.api.http.paths import make_reference
from hub.api.http.query_string import Pairs, get_query, parse_pairs
from hub.api.http.response import Answer, from_slice, send
from hub.api.http.summary import WHOLE, Subset, narrow, split_subset
from hub.domain.errors import Invalid
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def read_view(resource_type: str, resource_id: str) -> Response:
    """GET and HEAD of one resource."""
    return send(read_asked(record(), request.environ, resource_type, resource_id))


def read_asked(repository: Record, environ: Mapping[str, Any], resource_type: str, resource_id: str) -> Answer:
    """`read`, as the headers and the query of `environ` ask for it."""
    pairs = without_format(parse_pairs(get_query(environ)), environ.get("HTTP_ACCEPT"))
    name = make_reference(resource_type, resource_id)
    none_match, modified = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
    return read(repository, name, none_match, parse_only_subset(pairs, resource_type), modified)


def read(
    repository: Record,
    name: str,
    if_none_match: str | None = None,
    subset: Subset = WHOLE,
    if_modified_since: str | None = None,
) -> Answer:
    """The slice of `name`, or `subset` of it, or 304 when `if_none_match` holds its ETag or, without one, it has not moved
    after `if_modified_since`: judged once the record has shown it (`docs/leaks.md` L11). Raises NotFound and Refused as the
    record does."""
    found = repository.read(name)
    known = _holds(if_none_match, found.version) if if_none_match else _stood(if_modified_since, found.updated)
    if known:
        return Answer(304, b"", found.version, found.updated)
    return from_slice(narrow(found, subset))


def parse_only_subset(pairs: Pairs, resource_type: str) -> Subset:
    """What part of the resource `pairs` ask for; of a resource by its name nothing else can be asked. Invalid: as
    `split_subset` and `check_no_parameters`."""
    subset, rest = split_subset(pairs, resource_type)
    check_no_parameters(rest)
    return subset


def check_no_parameters(pairs: Pairs) -> None:
    """Invalid `parameter-unknown` unless `pairs` is empty."""
    if pairs:
        raise Invalid("parameter-unknown", where=pairs[0][0])


def _holds(if_none_match: str, version: str) -> bool:
    """Weak comparison with each ETag of the list (RFC 9110 §13.1.2)."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in ("*", f'"{version}"') for tag in tags)


def _stood(if_modified_since: str | None, updated: int) -> bool:
    """Whether what moved at `updated` (µs) had done so by that second; a header that is no date says nothing (RFC 9110
    §13.1.3)."""
    if not if_modified_since:
        return False
    try:
        known = parsedate_to_datetime(if_modified_since)
        return updated // 1_000_000 <= known.replace(tzinfo=known.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return False
