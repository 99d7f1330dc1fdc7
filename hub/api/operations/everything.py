"""`Patient/<id>/$everything`: https://hl7.org/fhir/R4/patient-operation-everything.html, of what the caller sees.

A page is a searchset: what is about the person as matches, the directory entries that it names as included.
"""

from __future__ import annotations

from flask import Response

from hub.api.http.context import base, record
from hub.api.http.paths import make_reference
from hub.api.http.query_string import Pairs, split_cursor
from hub.api.http.response import Answer, send
from hub.api.resources import bundles
from hub.api.resources.parameters import read_parameters
from hub.http.guards import token_required
from hub.record.repository.record import Record


@token_required
def everything_view(resource_id: str) -> Response:
    """GET, or POST with Parameters."""
    name = make_reference("Patient", resource_id)
    return send(everything(record(), base(), name, read_parameters()))


def everything(repository: Record, base_url: str, name: str, pairs: Pairs) -> Answer:
    """A page of the person's record. Raises NotFound, Refused and Invalid as the record does (`docs/leaks.md` L80, L81)."""
    wanted, cursor = split_cursor(pairs)
    page = repository.everything(name, wanted, cursor=cursor)
    return Answer(200, bundles.write_searchset(f"{base_url}/{name}/$everything", base_url, page))
