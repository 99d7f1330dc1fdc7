"""Bulk export: https://hl7.org/fhir/uv/bulkdata/STU2/export.html, at system and Patient level, for backend services.

What leaves is the slice of the client, judged when a file is fetched: a job keeps what was asked, and nothing of what it
shows. So it is complete as soon as it is asked, there are no files that could lie about, and rights that ended in between
are ended. A resource that changed after the transaction time is given as it stands: it comes again with the next `_since`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import formatdate
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import Response, current_app, g, request

from hub.actor import Actor
from hub.api.answers import Answer, send
from hub.api.asked import Pairs, pairs_of
from hub.api.negotiate import preferred
from hub.api.opening import base, record
from hub.api.parameters import asked
from hub.api.read import nothing_more
from hub.doors import token_required
from hub.errors import HubError, Invalid, NotFound, Refused
from hub.record.allowed import allow
from hub.record.everything import types_in
from hub.record.exports import Export, begin_export, end_export, find_export
from hub.record.moments import instant, moment
from hub.record.reading import Slice
from hub.record.search.parameters import PARAMETERS
from hub.slices import TYPES

NDJSON = "application/fhir+ndjson"
_FORMATS = frozenset({NDJSON, "application/ndjson", "ndjson"})
# Slices of one page of a file: what is in memory at a time.
_PAGE = 200


class Asked(NamedTuple):
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


@token_required
def export_status_view(job_id: str) -> Response:
    """GET: the manifest. The files are had as long as the job stands."""
    found = find_export(current_app.extensions["store"], g.actor, job_id)
    nothing_more(pairs_of(request.query_string))
    expires = formatdate(found.until // 1_000_000, usegmt=True)
    return Response(_manifest(found, base()), 200, {"Expires": expires}, content_type="application/json")


@token_required
def export_cancel_view(job_id: str) -> Response:
    """DELETE: the job is over at once."""
    end_export(current_app.extensions["store"], g.actor, job_id)
    return send(Answer(202, b""))


@token_required
def export_file_view(job_id: str, resource_type: str) -> Response:
    """GET: what the caller sees now of one type, a resource a line."""
    found = find_export(current_app.extensions["store"], g.actor, job_id)
    if resource_type not in found.types:
        raise NotFound
    pages = record().exported(resource_type, _conditions(found, resource_type))
    # The first page is judged before the answer begins: what is refused is refused with its status.
    first = next(pages)
    return Response(_lines(first, pages), 200, content_type=NDJSON)


def _begun(level: str, *, of_persons: bool) -> Response:
    pairs = asked()
    prefer = request.headers.get("Prefer", "")
    if "respond-async" not in {part.strip() for part in prefer.replace(";", ",").split(",")}:
        raise Invalid("export-async", where="http.Prefer")
    wanted = _read(pairs, lenient=preferred(prefer).lenient)
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


def _read(pairs: Pairs, *, lenient: bool) -> Asked:
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
    return Asked(",".join(types) if types else None, since)


def _instant(text: str) -> str:
    try:
        return instant(moment(text.replace(" ", "+")))
    except (ValueError, OverflowError):
        raise Invalid("parameter-value", where="_since") from None


def _types(actor: Actor, text: str | None, *, of_persons: bool) -> tuple[str, ...]:
    """The types to export, in order. Refused at one that was named and is closed to the actor, and when none is open."""
    inside = {name for name in TYPES if not of_persons or name == "Patient" or "patient" in PARAMETERS[name]}
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


def _manifest(found: Export, fhir: str) -> bytes:
    """All the types that are open, whether the caller sees any of them or not: that is for the files to say."""
    output = [{"type": name, "url": f"{fhir}/$export-file/{found.job}/{name}"} for name in found.types]
    manifest = {
        "transactionTime": instant(found.at),
        "request": f"{fhir}{found.asked}",
        "requiresAccessToken": True,
        "output": output,
        "error": [],
    }
    return json.dumps(manifest).encode()


def _conditions(found: Export, resource_type: str) -> Pairs:
    conditions = [("_count", str(_PAGE))]
    if found.since:
        conditions.append(("_lastUpdated", f"ge{found.since}"))
    if found.of_persons and resource_type != "Patient":
        conditions.append(("patient:missing", "false"))
    return conditions


def _lines(first: list[Slice], pages: Iterator[list[Slice]]) -> Iterator[bytes]:
    yield b"".join(one.body + b"\n" for one in first)
    for page in pages:
        yield b"".join(one.body + b"\n" for one in page)
