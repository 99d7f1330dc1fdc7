"""Bulk export: https://hl7.org/fhir/uv/bulkdata/STU2/export.html, at system and Patient level, for backend services.

An export is requested here; `hub.api.operations.export_files` serves its files. A job stores the request and nothing of the
answer, so it is complete at once.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import Response, current_app, g, request

from hub.api.http.context import base
from hub.api.http.negotiation import parse_prefer
from hub.api.http.query_string import Pairs
from hub.api.http.response import Answer, send
from hub.api.resources.parameters import read_parameters
from hub.domain.actor import Actor
from hub.domain.errors import HubError, Invalid, Refused
from hub.domain.resource_types import STORED_TYPES
from hub.http.guards import token_required
from hub.record.db.clock import instant, moment
from hub.record.read.everything import types_in
from hub.record.repository.export_jobs import begin_export
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.authorize import allow

_FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})


class ExportParams(NamedTuple):
    """What a kick-off asks: `types` None means all, `since` "" the whole past."""

    types: str | None = None
    since: str = ""


@token_required
def system_export_view() -> Response:
    """GET or POST `/fhir/$export`."""
    return _begun("", of_persons=False)


@token_required
def patient_export_view() -> Response:
    """GET or POST `/fhir/Patient/$export`."""
    return _begun("/Patient", of_persons=True)


def _begun(level: str, *, of_persons: bool) -> Response:
    pairs = read_parameters()
    prefer = request.headers.get("Prefer", "")
    if "respond-async" not in {part.strip() for part in prefer.replace(";", ",").split(",")}:
        raise Invalid("export-async", where="http.Prefer")
    wanted = _read(pairs, lenient=parse_prefer(prefer).lenient)
    types = _types(g.actor, wanted.types, of_persons=of_persons)
    query = urlencode([(name, value) for name, value in pairs if name in _KNOWN], safe=":/,", quote_via=quote)
    made = begin_export(
        current_app.extensions["store"],
        g.actor,
        types,
        of_persons=of_persons,
        since=wanted.since,
        asked=f"{level}/$export{'?' if query else ''}{query}",
    )
    response = send(Answer(202, b""))
    response.headers["Content-Location"] = f"{base()}/$export-status/{made.job}"
    return response


_KNOWN = frozenset({"_outputFormat", "_since", "_type"})


def _read(pairs: Pairs, *, lenient: bool) -> ExportParams:
    """Invalid at a parameter that is not offered, unless `lenient`, and at a value that is none."""
    types, since = [], ""
    for name, value in pairs:
        if name == "_type":
            types.append(value)
        elif name == "_since":
            since = _instant(value)
        elif name == "_outputFormat":
            # In a query `+` means a space, and many clients do not know it.
            if value.replace("fhir ndjson", "fhir+ndjson") not in _FORMATS:
                raise Invalid("parameter-value", where=name)
        elif not lenient:
            raise Invalid("parameter-unknown", where=name[:64])
    return ExportParams(",".join(types) if types else None, since)


def _instant(text: str) -> str:
    try:
        return instant(moment(text.replace(" ", "+")))
    except (ValueError, OverflowError):
        raise Invalid("parameter-value", where="_since") from None


def _types(actor: Actor, text: str | None, *, of_persons: bool) -> tuple[str, ...]:
    """The types to export, in order. Refused at one that was named and is closed to the actor, and when none is open."""
    inside = {name for name in STORED_TYPES if not of_persons or name == "Patient" or "patient" in PARAMETERS[name]}
    if text is None:
        types = tuple(sorted(name for name in inside if _is_open(actor, name)))
        if not types:
            raise Refused("scope-insufficient")
        return types
    try:
        named = types_in(text)
    except ValueError:
        raise Invalid("parameter-value", where="_type") from None
    if not named <= inside:
        raise Invalid("parameter-value", where="_type")
    for name in sorted(named):
        _open(actor, name)
    return tuple(sorted(named))


def _open(actor: Actor, resource_type: str) -> None:
    for letter in "rs":
        allow(actor, resource_type, letter)


def _is_open(actor: Actor, resource_type: str) -> bool:
    try:
        _open(actor, resource_type)
    except HubError:
        return False
    return True
