"""The manifest of a bulk export, its files, and its end (https://hl7.org/fhir/uv/bulkdata/STU2/export.html).

A file is the slice of the client at the moment when it is fetched: nothing is stored that could be read later, and rights that
have ended meanwhile no longer apply. A resource that changed after the transaction time is exported as it is now; it comes
again with the next `_since`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import formatdate

from hub.api.http.query_string import Pairs, parse_pairs
from hub.api.http.request import ApiRequest, check_no_parameters
from hub.api.http.response import Answer
from hub.domain.errors import NotFound
from hub.record.db.clock import instant
from hub.record.read.slice import Slice
from hub.record.repository.export_jobs import Export, end_export, find_export

NDJSON = "application/fhir+ndjson"
# Slices in memory at a time.
_PAGE = 200


def read_export_status(request: ApiRequest) -> Answer:
    """Return the manifest. The files can be fetched as long as the job exists."""
    export = _find_export(request)
    check_no_parameters(parse_pairs(request.query))
    expires = ("Expires", formatdate(export.until // 1_000_000, usegmt=True))
    return Answer(200, _write_manifest(export, request.base_url), headers=(expires,), media_type="application/json")


def cancel_export(request: ApiRequest) -> Answer:
    """Return 202: the job is over at once."""
    end_export(request.service.store, request.actor, request.params["job_id"])
    return Answer(202, b"")


def read_export_file(request: ApiRequest) -> Answer:
    """Return what the caller sees now of one type, a resource a line."""
    export, resource_type = _find_export(request), request.params["resource_type"]
    if resource_type not in export.types:
        raise NotFound
    pages = request.repository.export(resource_type, _list_conditions(export, resource_type))
    # The first page is read before the answer begins, so that a refusal has its status.
    first = next(pages)
    return Answer(200, b"", media_type=NDJSON, chunks=_write_lines(first, pages))


def _find_export(request: ApiRequest) -> Export:
    """Return the client's own job of the URL. Raises NotFound when there is none."""
    return find_export(request.service.store, request.actor, request.params["job_id"])


def _write_manifest(export: Export, base_url: str) -> bytes:
    """It has all types that are open to the client; whether he sees any resource of them, the files show."""
    output = [{"type": name, "url": f"{base_url}/$export-file/{export.job}/{name}"} for name in export.types]
    manifest = {
        "transactionTime": instant(export.at),
        "request": f"{base_url}{export.asked}",
        "requiresAccessToken": True,
        "output": output,
        "error": [],
    }
    return json.dumps(manifest).encode()


def _list_conditions(export: Export, resource_type: str) -> Pairs:
    conditions = [("_count", str(_PAGE))]
    if export.since:
        conditions.append(("_lastUpdated", f"ge{export.since}"))
    if export.of_persons and resource_type != "Patient":
        conditions.append(("patient:missing", "false"))
    return conditions


def _write_lines(first: list[Slice], pages: Iterator[list[Slice]]) -> Iterator[bytes]:
    yield b"".join(part.body + b"\n" for part in first)
    for page in pages:
        yield b"".join(part.body + b"\n" for part in page)
