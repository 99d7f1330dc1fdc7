"""Read and search of what is the same for everybody: profiles, code systems, value sets (https://hl7.org/fhir/R4/http.html).

They speak of no person, come from memory and not from the record, and leave no trace; any token opens them, whatever its
scopes. `SOURCES` is the list of their types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from flask import Response, request

from fhir_profiles.definitions import load_definitions
from hub.api.http.context import base
from hub.api.http.negotiation import parse_prefer, without_format
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions.read import check_no_parameters
from hub.api.interactions.search import read_search_parameters
from hub.api.metadata.search_parameters import list_search_parameters
from hub.api.resources import bundles
from hub.domain.errors import Invalid, NotFound
from hub.fhir import dumps
from hub.http.guards import token_required
from hub.record.read.slice import Slice
from hub.record.repository.record import Page

Json = dict[str, Any]

# Type → its definitions, each with an id that stays.
SOURCES: dict[str, Callable[[], Iterable[Json]]] = {
    **{
        kind: partial(load_definitions, kind)
        for kind in ("StructureDefinition", "CodeSystem", "ValueSet", "OperationDefinition", "Basic")
    },
    "SearchParameter": list_search_parameters,
}

# Search parameter → its kind, for the CapabilityStatement.
PARAMETERS = {"_id": "token", "url": "uri", "name": "string", "version": "token", "status": "token"}

# Their types as Werkzeug's `any` takes them: `/StructureDefinition`, and no other.
KIND = f"/<any({','.join(SOURCES)}):kind>"


@token_required
def definition_view(kind: str, resource_id: str) -> Response:
    """GET and HEAD of one definition."""
    check_no_parameters(without_format(parse_pairs(request.query_string), request.headers.get("Accept")))
    return send(read_definition(kind, resource_id))


@token_required
def definitions_view(kind: str) -> Response:
    """GET of those that match, and POST of a form."""
    pairs = without_format(read_search_parameters(), request.headers.get("Accept"))
    lenient = parse_prefer(request.headers.get("Prefer")).lenient
    return send(search_definitions(base(), kind, pairs, lenient=lenient))


def read_definition(kind: str, resource_id: str) -> Answer:
    """The definition of this id. NotFound when there is none."""
    body = _bodies(kind).get(resource_id)
    if body is None:
        raise NotFound
    return Answer(200, body, constant=True)


def search_definitions(base_url: str, kind: str, pairs: Pairs, *, lenient: bool = False) -> Answer:
    """All that match, on one page: they are few. Invalid `parameter-unknown`, unless `lenient` (#handling)."""
    asked = [pair for pair in pairs if pair[0] in PARAMETERS]
    if asked != pairs and not lenient:
        raise Invalid("parameter-unknown", where=next(name for name, _ in pairs if name not in PARAMETERS))
    names = [one["id"] for one in SOURCES[kind]() if all(_matches(one, *pair) for pair in asked)]
    slices = [Slice(f"{kind}/{name}", _bodies(kind)[name], "", 0) for name in names]
    return Answer(
        200, bundles.write_searchset(f"{base_url}/{kind}", base_url, Page(slices, [], len(slices), None, asked))
    )


@cache
def _bodies(kind: str) -> dict[str, bytes]:
    return {one["id"]: dumps(one) for one in SOURCES[kind]()}


def _matches(one: Json, parameter: str, value: str) -> bool:
    """Commas stand for "or"; a name is matched from its beginning, whatever its case, all else to the letter."""
    said, wanted = str(one.get(parameter.removeprefix("_"), "")), value.split(",")
    if PARAMETERS[parameter] == "string":
        return any(said.lower().startswith(word.lower()) for word in wanted)
    return said in wanted
