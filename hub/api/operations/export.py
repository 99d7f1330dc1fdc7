"""Bulk export: https://hl7.org/fhir/uv/bulkdata/STU2/export.html, at system and Patient level, for backend services.

An export is requested here; `hub.api.operations.export_files` serves its files. A job stores the request and nothing of the
answer, so it is complete at once.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

from hub.api.http.negotiation import parse_prefer
from hub.api.http.query_string import Pairs
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import Endpoint, Operation
from hub.api.resources.parameters import read_parameters
from hub.domain.actor import Actor
from hub.domain.dates import parse_moment
from hub.domain.errors import HubError, Invalid, Refused
from hub.domain.resource_types import STORED_TYPES
from hub.http.rate_limit import RateExceeded
from hub.record.db.clock import instant
from hub.record.read.everything import parse_types
from hub.record.repository.export_jobs import TooManyExports, begin_export
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.authorize import allow

_FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
_KNOWN = frozenset({"_outputFormat", "_since", "_type"})


class ExportParams(NamedTuple):
    """`types`: comma-separated, None for all. `since`: a FHIR instant, "" for the whole past."""

    types: str | None = None
    since: str = ""


def export_system(request: ApiRequest) -> Answer:
    """Begin an export of all that the client sees."""
    return _begin(request, "", of_persons=False)


def export_patients(request: ApiRequest) -> Answer:
    """Begin an export of the persons that the client sees."""
    return _begin(request, "/Patient", of_persons=True)


def _begin(request: ApiRequest, level: str, *, of_persons: bool) -> Answer:
    """Return 202, with the address of the job in Content-Location. Raises Invalid `export-async` without `Prefer:
    respond-async`, RateExceeded for a client that has as many jobs as it may."""
    pairs = read_parameters(request)
    prefer = request.prefer or ""
    if "respond-async" not in {part.strip() for part in prefer.replace(";", ",").split(",")}:
        raise Invalid("export-async", where="http.Prefer")
    params = _parse_export_params(pairs, lenient=parse_prefer(prefer).lenient)
    types = _choose_types(request.actor, params.types, of_persons=of_persons)
    query = urlencode([(name, value) for name, value in pairs if name in _KNOWN], safe=":/,", quote_via=quote)
    try:
        export = begin_export(
            request.service.store,
            request.actor,
            types,
            of_persons=of_persons,
            since=params.since,
            query=f"{level}/$export{'?' if query else ''}{query}",
        )
    except TooManyExports as error:
        raise RateExceeded(error.retry_after) from None
    return Answer(202, b"", headers=(("Content-Location", f"{request.base_url}/$export-status/{export.job}"),))


def _parse_export_params(pairs: Pairs, *, lenient: bool) -> ExportParams:
    """Invalid for a parameter that is not offered, unless `lenient`, and for a value that is not valid."""
    types, since = [], ""
    for name, value in pairs:
        if name == "_type":
            types.append(value)
        elif name == "_since":
            since = _parse_instant(value)
        elif name == "_outputFormat":
            # In a query `+` means a space, and many clients do not know it.
            if value.replace("fhir ndjson", "fhir+ndjson") not in _FORMATS:
                raise Invalid("parameter-value", where=name)
        elif not lenient:
            raise Invalid("parameter-unknown", where=name[:64])
    return ExportParams(",".join(types) if types else None, since)


def _parse_instant(text: str) -> str:
    try:
        return instant(parse_moment(text.replace(" ", "+")))
    except (ValueError, OverflowError):
        raise Invalid("parameter-value", where="_since") from None


def _choose_types(actor: Actor, text: str | None, *, of_persons: bool) -> tuple[str, ...]:
    """Return the types to export, in order. Raises Refused for one that is named and closed to the actor, and when none is
    open."""
    exportable = {name for name in STORED_TYPES if not of_persons or name == "Patient" or "patient" in PARAMETERS[name]}
    if text is None:
        types = tuple(sorted(name for name in exportable if _is_open(actor, name)))
        if not types:
            raise Refused("scope-insufficient")
        return types
    try:
        named_types = parse_types(text)
    except ValueError:
        raise Invalid("parameter-value", where="_type") from None
    if not named_types <= exportable:
        raise Invalid("parameter-value", where="_type")
    for name in sorted(named_types):
        _check_open(actor, name)
    return tuple(sorted(named_types))


def _check_open(actor: Actor, resource_type: str) -> None:
    """Raise Refused unless the actor may read and search the type."""
    for letter in "rs":
        allow(actor, resource_type, letter)


def _is_open(actor: Actor, resource_type: str) -> bool:
    try:
        _check_open(actor, resource_type)
    except HubError:
        return False
    return True


_BULK_DATA = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
SYSTEM_OPERATION = Operation("export", f"{_BULK_DATA}/export", "", on_system=Endpoint(export_system))
PATIENT_OPERATION = Operation("export", f"{_BULK_DATA}/patient-export", "Patient", on_type=Endpoint(export_patients))
