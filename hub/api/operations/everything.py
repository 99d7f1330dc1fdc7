"""`Patient/<id>/$everything`: https://hl7.org/fhir/R4/patient-operation-everything.html, of what the caller sees.

A page is a searchset: what is about the person as matches, the directory entries to which it refers as included.
"""

from __future__ import annotations

from hub.api.http.paths import make_reference
from hub.api.http.query_string import split_cursor
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import Endpoint, Operation
from hub.api.resources.bundles import write_searchset
from hub.api.resources.parameters import read_parameters


def list_everything(request: ApiRequest) -> Answer:
    """Return a page of the person's record. Raises NotFound, Refused and Invalid as the record does (`docs/leaks.md` L80,
    L81)."""
    name = make_reference("Patient", request.params["resource_id"])
    pairs, cursor = split_cursor(read_parameters(request))
    page = request.repository.everything(name, pairs, cursor=cursor)
    return Answer(200, write_searchset(f"{request.base_url}/{name}/$everything", request.base_url, page))


OPERATION = Operation(
    "everything",
    "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    "Patient",
    on_instance=Endpoint(list_everything, in_batch=("GET",)),
)
