"""`CarePlan/<id>/$document`: the plan as a document Bundle that another tool can file.

https://hl7.org/fhir/R4/documents.html and, applied to a plan, https://hl7.org/fhir/R4/composition-operation-document.html: the
Composition is made of what the caller sees, and nothing is stored.
"""

from __future__ import annotations

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from fhir_profiles.codes import BASE
from hub.api.http.paths import make_reference
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import Endpoint, Operation
from hub.api.operations.composition import compose_document
from hub.api.resources.parameters import read_parameters
from hub.domain.errors import Invalid


def make_document(request: ApiRequest) -> Answer:
    """Return the document of a plan, in the caller's name. Raises NotFound and Refused as the record does; Invalid
    `parameter-value` for `persist`, as the hub stores no document."""
    name = make_reference("CarePlan", request.params["resource_id"])
    for parameter, value in read_parameters(request):
        if (parameter, value) != ("persist", "false"):
            raise Invalid("parameter-value" if parameter == "persist" else "parameter-unknown", where=parameter[:64])
    slices, author = request.repository.document(name), request.actor.party
    return Answer(200, compose_document(slices, author, request.base_url, _choose_language(request)))


def _choose_language(request: ApiRequest) -> str:
    """Return the language of the texts that the hub adds: French, or English for a caller that prefers it."""
    languages = parse_accept_header(request.headers.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
    return languages.best_match(("fr", "en"), "fr")


OPERATION = Operation(
    "document",
    f"{BASE}OperationDefinition/care-plan-document",
    "CarePlan",
    on_instance=Endpoint(make_document, in_batch=("GET",)),
)
