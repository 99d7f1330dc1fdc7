"""Read and search of the definitions, which are the same for everybody: profiles, code systems, value sets.

They are about no person, come from memory and not from the record, and leave no trace; anybody may read them. `SOURCES` has
their types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from fhir_profiles.definitions import load_definitions
from hub.api.http.negotiation import parse_prefer, without_format
from hub.api.http.query_string import Pairs, split_cursor
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer
from hub.api.http.summary import WHOLE, narrow, split_subset
from hub.api.interactions.read import parse_only_subset
from hub.api.interactions.search import read_search_parameters
from hub.api.metadata.search_parameters import list_search_parameters
from hub.api.resources.bundles import write_searchset
from hub.domain.errors import Invalid, NotFound
from hub.fhir import dumps
from hub.record.read.cursor import build_cursor_after, open_cursor
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

# Parameters that shape the answer; those of format are read before.
_SHAPING = frozenset({"_count", "_cursor", "_elements", "_summary"})
_MAX_DIGITS = 9

# Their types in a path, as the `any` of Werkzeug: `/StructureDefinition` and the others, nothing else.
TYPE_PATH = f"/<any({','.join(SOURCES)}):kind>"


def read_definition(request: ApiRequest) -> Answer:
    """Return one definition, or the subset that is asked for. Raises NotFound when there is none of this id, and as
    `parse_only_subset`."""
    kind, pairs = request.params["kind"], request.parse_query()
    body = _serialize_all(kind).get(request.params["resource_id"])
    if body is None:
        check_no_parameters(split_subset(pairs, kind)[1])
        raise NotFound
    definition = Slice(f"{kind}/{request.params['resource_id']}", body, "", 0)
    subset = parse_only_subset(pairs, kind)
    return Answer(200, narrow(definition, subset).body, constant=subset == WHOLE)


def search_definitions(request: ApiRequest) -> Answer:
    """Return the definitions of a type that match, by GET, and by POST of a form to `_search`."""
    pairs = without_format(read_search_parameters(request), request.accept)
    lenient = parse_prefer(request.prefer).lenient
    return find_definitions(
        request.base_url, request.params["kind"], pairs, request.service.store.seal_keys, lenient=lenient
    )


def find_definitions(
    base_url: str, kind: str, pairs: Pairs, keys: tuple[bytes, ...], *, lenient: bool = False
) -> Answer:
    """Return a page of the definitions of a type that match `pairs`: all of them without `_count`. `keys`: to seal the link
    `next`.

    Raises Invalid `parameter-unknown`, unless `lenient` (#handling); as `split_subset`, `split_cursor` and `open_cursor`."""
    known = [pair for pair in pairs if pair[0] in PARAMETERS or pair[0] in _SHAPING]
    if known != pairs and not lenient:
        raise Invalid("parameter-unknown", where=next(name for name, _ in pairs if (name, _) not in known))
    sent_pairs, cursor = split_cursor(known)
    question, last = open_cursor(cursor, kind.encode(), keys) if cursor else ([], "")
    terms = [*(tuple(pair) for pair in question), *sent_pairs]
    subset, _ = split_subset(terms, kind, counted=True)
    count = None if _asks_to_count(terms) else _parse_count(sent_pairs)
    ids = [
        resource["id"]
        for resource in SOURCES[kind]()
        if all(_matches(resource, *pair) for pair in terms if pair[0] in PARAMETERS)
    ]
    rest = sorted(resource_id for resource_id in ids if resource_id > last)
    page_ids = [] if _asks_to_count(terms) else rest[:count]
    slices = [narrow(Slice(f"{kind}/{name}", _serialize_all(kind)[name], "", 0), subset) for name in page_ids]
    following = build_cursor_after(page_ids[-1], terms, kind.encode(), keys) if 0 < len(page_ids) < len(rest) else None
    page = Page(slices, [], len(ids), following, known)
    return Answer(200, write_searchset(f"{base_url}/{kind}", base_url, page))


def _asks_to_count(pairs: Pairs) -> bool:
    """Return whether the answer is the total alone (https://hl7.org/fhir/R4/search.html#count, #summary)."""
    return ("_summary", "count") in pairs or any(name == "_count" and value == "0" for name, value in pairs)


def _parse_count(pairs: Pairs) -> int | None:
    """Return `_count`; None without it. Raises Invalid `parameter-value` for what is no number."""
    counts = [value for name, value in pairs if name == "_count"]
    if not counts:
        return None
    if len(counts) > 1:
        raise Invalid("parameter-twice", where="_count")
    if not counts[0].isascii() or not counts[0].isdecimal() or len(counts[0]) > _MAX_DIGITS:
        raise Invalid("parameter-value", where="_count")
    return int(counts[0])


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
