"""The history interaction, of one resource and of a type: https://hl7.org/fhir/R4/http.html#history.

That of the whole system is not offered (`docs/leaks.md` L10; `hub.api.http.not_offered`).
"""

from __future__ import annotations

from hub.api.http.paths import check_type, make_reference
from hub.api.http.query_string import split_cursor
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.summary import narrow, split_subset
from hub.api.resources.bundles import write_history


def list_versions(request: ApiRequest) -> Answer:
    """Return a page of the versions of one resource."""
    return _answer_history(request, make_reference(request.params["resource_type"], request.params["resource_id"]))


def list_versions_of_type(request: ApiRequest) -> Answer:
    """Return a page of the versions of all resources of a type."""
    return _answer_history(request, check_type(request.params["resource_type"]))


def _answer_history(request: ApiRequest, name: str) -> Answer:
    """Return a page of the versions that this actor may see of `name` (`Type/id`, or all of `Type`), the newest first, of each
    the subset that is asked for. Raises NotFound, Refused and Invalid as the record does."""
    resource_type = name.partition("/")[0]
    pairs, cursor = split_cursor(request.parse_query())
    subset, _ = split_subset(pairs, resource_type)
    history = request.repository.history(name, pairs, cursor=cursor)
    if cursor:
        subset, _ = split_subset(history.question, resource_type)
    versions = [version._replace(slice=narrow(version.slice, subset)) for version in history.entries]
    address = f"{request.base_url}/{name}/_history"
    return Answer(200, write_history(request.base_url, address, history._replace(entries=versions)))
