"""The vread interaction: https://hl7.org/fhir/R4/http.html#vread."""

from __future__ import annotations

from hub.api.http.paths import check_version_id, make_reference
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer, from_slice
from hub.api.http.summary import narrow
from hub.api.interactions.read import parse_only_subset


def vread(request: ApiRequest) -> Answer:
    """Return the version, or a subset of it, if it is one of this actor's. Raises NotFound and Refused as the record does
    (`docs/leaks.md` L06–L08)."""
    pairs = request.parse_query()
    resource_type = request.params["resource_type"]
    name = make_reference(resource_type, request.params["resource_id"])
    version = check_version_id(request.params["version_id"])
    subset = parse_only_subset(pairs, resource_type)
    return from_slice(narrow(request.repository.vread(name, version), subset))
