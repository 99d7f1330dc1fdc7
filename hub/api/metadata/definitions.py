"""Read and search of the definitions, which are the same for everybody: profiles, code systems, value sets.

They are about no person, come from memory and not from the record, and leave no trace; any token opens them, whatever its
scopes. `SOURCES` has their types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from fhir_profiles.definitions import load_definitions
from hub.api.http.negotiation import parse_prefer, without_format
from hub.api.http.query_string import Pairs
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer
from hub.api.interactions.search import read_search_parameters
from hub.api.metadata.search_parameters import list_search_parameters
from hub.api.resources.bundles import write_searchset
from hub.domain.errors import Invalid, NotFound
from hub.fhir import dumps
from hub.record.read.slice import Slice
from hub.record.repository.record import Page

Json = dict[str, Any]

# Type → its definitions, each with an id that never changes.
SOURCES: dict[str, Callable[[], Iterable[Json]]] = {
    **{
        kind: partial(load_definitions, kind)
        for kind in ("StructureDefinition", "CodeSystem", "ValueSet", "OperationDefinition", "Basic")
    },
    "SearchParameter": list_search_parameters,
}

# Search parameter → its type, for the CapabilityStatement.
PARAMETERS = {"_id": "token", "url": "uri", "name": "string", "version": "token", "status": "token"}

# Their types in a path, as the `any` of Werkzeug: `/StructureDefinition` and the others, nothing else.
TYPE_PATH = f"/<any({','.join(SOURCES)}):kind>"


def read_definition(request: ApiRequest) -> Answer:
    """Return one definition. Raises NotFound when there is none of this id."""
    check_no_parameters(request.parse_query())
    body = _serialize_all(request.params["kind"]).get(request.params["resource_id"])
    if body is None:
        raise NotFound
    return Answer(200, body, constant=True)


def search_definitions(request: ApiRequest) -> Answer:
    """Return the definitions of a type that match, by GET, and by POST of a form to `_search`."""
    pairs = without_format(read_search_parameters(request), request.accept)
    return find_definitions(
        request.base_url, request.params["kind"], pairs, lenient=parse_prefer(request.prefer).lenient
    )


def find_definitions(base_url: str, kind: str, pairs: Pairs, *, lenient: bool = False) -> Answer:
    """Return the definitions of a type that match `pairs`, on one page, since they are few. Raises Invalid
    `parameter-unknown`, unless `lenient` (#handling)."""
    known = [pair for pair in pairs if pair[0] in PARAMETERS]
    if known != pairs and not lenient:
        raise Invalid("parameter-unknown", where=next(name for name, _ in pairs if name not in PARAMETERS))
    ids = [resource["id"] for resource in SOURCES[kind]() if all(_matches(resource, *pair) for pair in known)]
    slices = [Slice(f"{kind}/{resource_id}", _serialize_all(kind)[resource_id], "", 0) for resource_id in ids]
    return Answer(200, write_searchset(f"{base_url}/{kind}", base_url, Page(slices, [], len(slices), None, known)))


@cache
def _serialize_all(kind: str) -> dict[str, bytes]:
    """Return {id: definition as JSON} of a type."""
    return {resource["id"]: dumps(resource) for resource in SOURCES[kind]()}


def _matches(resource: Json, parameter: str, value: str) -> bool:
    """Return whether one of the values between commas matches: a name from its beginning, in any case; all else exactly."""
    text, values = str(resource.get(parameter.removeprefix("_"), "")), value.split(",")
    if PARAMETERS[parameter] == "string":
        return any(text.lower().startswith(prefix.lower()) for prefix in values)
    return text in values
