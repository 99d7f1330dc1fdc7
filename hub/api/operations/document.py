"""`CarePlan/<id>/$document`: the plan as a document Bundle that a tool can file.

https://hl7.org/fhir/R4/documents.html and https://hl7.org/fhir/R4/composition-operation-document.html, whose way it goes
from a plan: the Composition is made on the spot of what the caller sees, and nothing is stored.
"""

from __future__ import annotations

from flask import Response, request

from hub.api.http.context import base, record
from hub.api.http.paths import make_reference
from hub.api.http.query_string import Pairs
from hub.api.http.response import Answer, send
from hub.api.operations.composition import compose_document
from hub.api.resources.parameters import read_parameters
from hub.domain.errors import Invalid
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def document_view(resource_id: str) -> Response:
    """GET, or POST with Parameters. The words are French, or English for who prefers it."""
    name = make_reference("CarePlan", resource_id)
    return send(document(record(), base(), name, read_parameters(), choose_language()))


def document(repository: Record, base_url: str, name: str, pairs: Pairs, language: str) -> Answer:
    """The document of a plan, in the caller's name. Raises NotFound and Refused as the record does;
    Invalid `parameter-value` for `persist`, as the hub keeps no document."""
    for parameter, value in pairs:
        if (parameter, value) != ("persist", "false"):
            raise Invalid("parameter-value" if parameter == "persist" else "parameter-unknown", where=parameter[:64])
    return Answer(200, compose_document(repository.document(name), repository.actor.party, base_url, language))


def choose_language() -> str:
    """The language of the words that the hub adds: French, or English for a caller that prefers it."""
    found: str = request.accept_languages.best_match(("fr", "en"), "fr")
    return found
