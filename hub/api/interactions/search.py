"""The search interaction: https://hl7.org/fhir/R4/http.html#search, by GET and by POST, in a type or in the Patient
compartment (https://hl7.org/fhir/R4/compartmentdefinition-patient.html)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, request

from hub.api.http.body import read_body
from hub.api.http.context import base, record
from hub.api.http.negotiation import URLENCODED, parse_prefer, without_format
from hub.api.http.paths import check_type, make_reference
from hub.api.http.query_string import Pairs, parse_pairs, split_cursor
from hub.api.http.response import Answer, send, wanted_in_body
from hub.api.http.summary import WHOLE, Subset, narrow, split_subset
from hub.api.resources import bundles
from hub.domain.errors import Invalid, NotFound, Refused
from hub.http.guards import token_required
from hub.record.repository.record import Page, Record
from hub.record.search.index.parameters import PARAMETERS

_ALL_TYPES = "*"


@token_required
def search_view(resource_type: str) -> Response:
    """GET, and POST of a form."""
    return send(search_asked(record(), base(), request.environ, resource_type, read_search_parameters()))


def read_search_parameters() -> Pairs:
    """What a search asks: by GET in the URL, by POST there and in a form, all of which hold (`docs/leaks.md` L36)."""
    pairs = parse_pairs(request.query_string)
    if request.method == "POST":
        pairs += parse_pairs(read_body(URLENCODED))
        wanted_in_body(pairs)
    return pairs


@token_required
def compartment_view(resource_type: str, resource_id: str, inner_type: str) -> Response:
    """GET in the compartment of one Patient."""
    inside = make_compartment_parameter(resource_type, resource_id, inner_type)
    pairs = [*parse_pairs(request.query_string), inside]
    return send(search_asked(record(), base(), request.environ, inner_type, pairs))


def make_compartment_parameter(resource_type: str, resource_id: str, inner_type: str) -> tuple[str, str]:
    """The parameter that a compartment adds: the answer is that of the search, whoever the Patient is (`docs/leaks.md` L15).

    NotFound for the compartment of another type, and for a type outside the compartment, where a search would find
    everybody's; Refused for all types at once, which is a system search.
    """
    if resource_type != "Patient":
        raise NotFound
    if inner_type == _ALL_TYPES:
        raise Refused("not-offered")
    if "patient" not in PARAMETERS[check_type(inner_type)]:
        raise NotFound
    return "patient", make_reference("Patient", resource_id)


def search_asked(
    repository: Record, base_url: str, environ: Mapping[str, Any], resource_type: str, pairs: Pairs
) -> Answer:
    """`search` for `pairs`, as the headers of `environ` ask for it."""
    wanted = without_format(pairs, environ.get("HTTP_ACCEPT"))
    lenient = parse_prefer(environ.get("HTTP_PREFER")).lenient
    return search(repository, base_url, check_type(resource_type), wanted, lenient=lenient)


def search(repository: Record, base_url: str, resource_type: str, pairs: Pairs, *, lenient: bool = False) -> Answer:
    """One page of what this actor sees of the type. Raises Refused and Invalid as the record does: an unknown parameter
    is refused, or when `lenient` let fall, which the page's `self` link shows (#handling)."""
    asked, cursor = split_cursor(pairs)
    subset, _ = split_subset(asked, resource_type, counted=True)
    if subset.summary == "text" and any(name.startswith(("_include", "_revinclude")) for name, _ in asked):
        raise Invalid("parameter-value", where="_summary")
    page = _page(repository, resource_type, asked, cursor, lenient=lenient)
    if cursor:
        subset, _ = split_subset(page.question, resource_type, counted=True)
    if subset != WHOLE:
        page = _narrowed(page, subset)
    return Answer(200, bundles.write_searchset(f"{base_url}/{resource_type}", base_url, page))


def _narrowed(page: Page, subset: Subset) -> Page:
    """`_elements` speaks of the type that is searched; what comes with it is whole, or in summary like the rest."""
    beside = subset._replace(elements=None)
    return replace(
        page,
        slices=[narrow(found, subset) for found in page.slices],
        included=[narrow(found, beside) for found in page.included],
    )


def _page(repository: Record, resource_type: str, asked: Pairs, cursor: str | None, *, lenient: bool) -> Page:
    while True:
        try:
            return repository.search(resource_type, asked, cursor=cursor)
        except Invalid as error:
            unknown = {found.where for found in error.problems if found.code == "parameter-unknown"}
            known = [pair for pair in asked if _head(pair[0]) not in unknown]
            # Each turn lets fall at least one, so there is an end.
            if not lenient or len(known) == len(asked):
                raise
            asked = known


def _head(name: str) -> str:
    """A parameter's name without modifier and chain: the place that the record gives."""
    return name.partition(".")[0].partition(":")[0]
