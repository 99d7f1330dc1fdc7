"""The read interaction: https://hl7.org/fhir/R4/http.html#read, and the conditional read: #cread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.api.http.paths import make_reference
from hub.api.http.preconditions import check_read, matches, parse_http_date
from hub.api.http.query_string import Pairs
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer, from_slice
from hub.api.http.summary import Subset, narrow, split_subset
from hub.record.read.slice import Slice


def read(request: ApiRequest) -> Answer:
    """Return the slice of one resource, or the subset that `_summary` or `_elements` asks for; 304 when the caller has it
    already."""
    pairs = request.parse_query()
    resource_type = request.params["resource_type"]
    name = make_reference(resource_type, request.params["resource_id"])
    return read_slice(request, name, parse_only_subset(pairs, resource_type))


def read_slice(request: ApiRequest, name: str, subset: Subset) -> Answer:
    """Return the slice of `name`. The headers' conditions are evaluated on the slice, never before it is read
    (`docs/leaks.md` L11).

    Raises NotFound and Refused as the record does, Conflict `version-conflict` as `check_read`."""
    resource_slice = request.repository.read(name)
    check_read(request.headers, resource_slice)
    if _is_known(resource_slice, request.headers):
        return Answer(304, b"", resource_slice.version, resource_slice.updated)
    return from_slice(narrow(resource_slice, subset))


def parse_only_subset(pairs: Pairs, resource_type: str) -> Subset:
    """Return the subset that `pairs` ask for. Raises Invalid as `split_subset`, and as `check_no_parameters` for other
    parameters."""
    subset, rest = split_subset(pairs, resource_type)
    check_no_parameters(rest)
    return subset


def _is_known(resource_slice: Slice, headers: Mapping[str, Any]) -> bool:
    """Return whether If-None-Match has its ETag or, without that header, it has not changed after If-Modified-Since."""
    if if_none_match := headers.get("HTTP_IF_NONE_MATCH"):
        return matches(if_none_match, resource_slice.version)
    since = parse_http_date(headers.get("HTTP_IF_MODIFIED_SINCE"))
    return since is not None and resource_slice.updated // 1_000_000 <= since
