"""What a bulk export gives: its manifest, its files, its end (https://hl7.org/fhir/uv/bulkdata/STU2/export.html).

A file is the slice of the client, judged when it is fetched: there are none that could lie about, and rights that ended in
between are ended. A resource that changed after the transaction time is given as it stands: it comes again with the next
`_since`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import formatdate

from flask import Response, current_app, g, request

from hub.api.http.context import base, record
from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions.read import check_no_parameters
from hub.domain.errors import NotFound
from hub.http.guards import token_required
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from hub.record.repository.export_jobs import Export, end_export, find_export

NDJSON = "application/fhir+ndjson"
# Slices of one page of a file: what is in memory at a time.
_PAGE = 200


@token_required
def export_status_view(job_id: str) -> Response:
    """GET: the manifest. The files are had as long as the job stands."""
    found = find_export(current_app.extensions["store"], g.actor, job_id)
    check_no_parameters(parse_pairs(request.query_string))
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


def _manifest(found: Export, base_url: str) -> bytes:
    """All the types that are open, whether the caller sees any of them or not: that is for the files to say."""
    output = [{"type": name, "url": f"{base_url}/$export-file/{found.job}/{name}"} for name in found.types]
    manifest = {
        "transactionTime": instant(found.at),
        "request": f"{base_url}{found.asked}",
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
