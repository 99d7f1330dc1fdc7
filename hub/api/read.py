"""The read interaction: https://hl7.org/fhir/R4/http.html#read, and conditional read by ETag: #cread."""

from __future__ import annotations

from flask import Response, request

from hub.api.answers import Answer, send, shown
from hub.api.asked import Pairs, pairs_of
from hub.api.forms_subset import WHOLE, Subset, narrowed, subset_of
from hub.api.negotiate import agreed
from hub.api.opening import record
from hub.api.paths import name_of
from hub.doors import token_required
from hub.errors import Invalid
from hub.record.door import Record


@token_required
def read_view(resource_type: str, resource_id: str) -> Response:
    """GET and HEAD of one resource."""
    pairs = agreed(pairs_of(request.query_string), request.headers.get("Accept"))
    name = name_of(resource_type, resource_id)
    return send(read(record(), name, request.headers.get("If-None-Match"), subset_alone(pairs, resource_type)))


def read(opened: Record, name: str, if_none_match: str | None = None, subset: Subset = WHOLE) -> Answer:
    """The slice of `name`, or `subset` of it, or 304 when `if_none_match` holds its ETag: judged once the record has
    shown it (`leaks.md` L11). Raises NotFound and Refused as the record does."""
    found = opened.read(name)
    if if_none_match and _holds(if_none_match, found.version):
        return Answer(304, b"", found.version, found.updated)
    return shown(narrowed(found, subset))


def subset_alone(pairs: Pairs, resource_type: str) -> Subset:
    """What part of the resource `pairs` ask for; of a resource by its name nothing else can be asked. Invalid: as
    `subset_of` and `nothing_more`."""
    subset, rest = subset_of(pairs, resource_type)
    nothing_more(rest)
    return subset


def nothing_more(pairs: Pairs) -> None:
    """Invalid `parameter-unknown` unless `pairs` is empty."""
    if pairs:
        raise Invalid("parameter-unknown", where=pairs[0][0])


def _holds(if_none_match: str, version: str) -> bool:
    """Weak comparison with each ETag of the list (RFC 9110 §13.1.2)."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in ("*", f'"{version}"') for tag in tags)
