"""The history interaction, of one resource and of a type: https://hl7.org/fhir/R4/http.html#history.

That of the whole system is not offered (`docs/leaks.md` L10; `hub.api.http.not_offered`).
"""

from __future__ import annotations

from flask import Response, request

from hub.api.http.context import base, record
from hub.api.http.negotiation import without_format
from hub.api.http.paths import check_type, make_reference
from hub.api.http.query_string import Pairs, parse_pairs, split_cursor
from hub.api.http.response import Answer, send
from hub.api.http.summary import narrow, split_subset
from hub.api.resources import bundles
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def history_view(resource_type: str, resource_id: str) -> Response:
    """GET and HEAD of the versions of one resource."""
    return _answered(make_reference(resource_type, resource_id))


@token_required
def type_history_view(resource_type: str) -> Response:
    """GET and HEAD of the versions of all resources of a type."""
    return _answered(check_type(resource_type))


def _answered(name: str) -> Response:
    pairs = without_format(parse_pairs(request.query_string), request.headers.get("Accept"))
    return send(history(record(), base(), name, pairs))


def history(repository: Record, base_url: str, name: str, pairs: Pairs) -> Answer:
    """A page of the versions that this actor may see of `name` (`Type/id`, or all of `Type`), or of the part of each that
    `pairs` ask for, the newest first. Raises NotFound, Refused and Invalid as the record does."""
    asked, cursor = split_cursor(pairs)
    subset, _ = split_subset(asked, name.partition("/")[0])
    past = repository.history(name, asked, cursor=cursor)
    if cursor:
        subset, _ = split_subset(past.question, name.partition("/")[0])
    entries = [entry._replace(slice=narrow(entry.slice, subset)) for entry in past.entries]
    return Answer(200, bundles.write_history(base_url, f"{base_url}/{name}/_history", past._replace(entries=entries)))
