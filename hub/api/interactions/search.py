"""The search interaction: https://hl7.org/fhir/R4/http.html#search, by GET and by POST, in a type or in the Patient
compartment (https://hl7.org/fhir/R4/compartmentdefinition-patient.html)."""

from __future__ import annotations

from dataclasses import replace

from hub.api.http.negotiation import parse_prefer, without_format
from hub.api.http.paths import check_type, make_reference
from hub.api.http.query_string import Pairs, parse_pairs, split_cursor
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.summary import WHOLE, Subset, narrow, split_subset
from hub.api.resources.bundles import write_searchset
from hub.domain.errors import Invalid, NotFound, Refused
from hub.record.repository.record import Page, Record
from hub.record.search.index.parameters import PARAMETERS

_ALL_TYPES = "*"


def search(request: ApiRequest) -> Answer:
    """Answer a search in a type: by GET, and by POST of a form to `_search`."""
    return _answer_search(request, request.params["resource_type"], read_search_parameters(request))


def search_compartment(request: ApiRequest) -> Answer:
    """Answer a search in the compartment of one Patient."""
    parameter = make_compartment_parameter(**request.params)
    return _answer_search(request, request.params["inner_type"], [*parse_pairs(request.query), parameter])


def read_search_parameters(request: ApiRequest) -> Pairs:
    """Return the parameters of a search: those of the URL, and by POST those of the form, which all apply (`docs/leaks.md`
    L36)."""
    pairs = parse_pairs(request.query)
    return request.body.read_form(pairs) if request.method == "POST" else pairs


def make_compartment_parameter(resource_type: str, resource_id: str, inner_type: str) -> tuple[str, str]:
    """Return the parameter that a compartment adds: the answer is that of the search, whoever the Patient is (`docs/leaks.md`
    L15).

    Raises NotFound for the compartment of another type, and for a type outside the compartment, where a search would find
    everybody's; Refused for all types at once, which is a system search."""
    if resource_type != "Patient":
        raise NotFound
    if inner_type == _ALL_TYPES:
        raise Refused("not-offered")
    if "patient" not in PARAMETERS[check_type(inner_type)]:
        raise NotFound
    return "patient", make_reference("Patient", resource_id)


def _answer_search(request: ApiRequest, resource_type: str, pairs: Pairs) -> Answer:
    parameters = without_format(pairs, request.accept)
    lenient = parse_prefer(request.prefer).lenient
    return search_page(request.repository, request.base_url, check_type(resource_type), parameters, lenient=lenient)


def search_page(
    repository: Record, base_url: str, resource_type: str, pairs: Pairs, *, lenient: bool = False
) -> Answer:
    """Return one page of what this actor sees of the type. Raises Refused and Invalid as the record does: an unknown parameter
    is refused, or when `lenient` ignored, as the page's `self` link then shows (#handling)."""
    parameters, cursor = split_cursor(pairs)
    subset, _ = split_subset(parameters, resource_type, counted=True)
    if subset.summary == "text" and any(name.startswith(("_include", "_revinclude")) for name, _ in parameters):
        raise Invalid("parameter-value", where="_summary")
    page = _find_page(repository, resource_type, parameters, cursor, lenient=lenient)
    if cursor:
        subset, _ = split_subset(page.question, resource_type, counted=True)
    if subset != WHOLE:
        page = _narrow_page(page, subset)
    return Answer(200, write_searchset(f"{base_url}/{resource_type}", base_url, page))


def _narrow_page(page: Page, subset: Subset) -> Page:
    """Return the page with the subset of each resource. `_elements` applies to the type that is searched only, `_summary` to
    included resources too."""
    included_subset = subset._replace(elements=None)
    return replace(
        page,
        slices=[narrow(part, subset) for part in page.slices],
        included=[narrow(part, included_subset) for part in page.included],
    )


def _find_page(repository: Record, resource_type: str, pairs: Pairs, cursor: str | None, *, lenient: bool) -> Page:
    while True:
        try:
            return repository.search(resource_type, pairs, cursor=cursor)
        except Invalid as error:
            unknown = {problem.where for problem in error.problems if problem.code == "parameter-unknown"}
            known = [pair for pair in pairs if _strip_modifier(pair[0]) not in unknown]
            # Each turn leaves out at least one parameter, so the loop ends.
            if not lenient or len(known) == len(pairs):
                raise
            pairs = known


def _strip_modifier(name: str) -> str:
    """Return a parameter's name without modifier and chain: the place that the record reports."""
    return name.partition(".")[0].partition(":")[0]
