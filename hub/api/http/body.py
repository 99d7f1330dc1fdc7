"""What a request brings in its body: the bytes, and the resource of a write."""

from __future__ import annotations

from typing import Any

from flask import request

from hub.api.http.content_types import is_media_type
from hub.api.http.context import settings
from hub.api.http.gzip import decompress
from hub.api.http.negotiation import JSON_TYPES, XML_TYPES, check_content, without_format
from hub.api.http.query_string import parse_pairs
from hub.domain.errors import Invalid
from hub.fhir import loads, xml


def read_only_resource() -> dict[str, Any]:
    """The resource in the body of a request that takes no parameters but those of form.

    Invalid: 400 for a parameter, 406 when the answer is wanted in a form that the hub has not; else as `read_resource`.
    """
    rest = without_format(parse_pairs(request.query_string), request.headers.get("Accept"))
    if rest:
        raise Invalid("parameter-unknown", where=rest[0][0])
    return read_resource()


def read_resource() -> dict[str, Any]:
    """The resource in the body of this request, sent as JSON or as XML, as `hub.fhir.loads` gives it.

    Invalid: as `read_body`. Malformed and Invalid: what `hub.fhir.loads` and `hub.fhir.xml.to_json` refuse.
    """
    data = read_body(JSON_TYPES | XML_TYPES)
    read = xml.to_json if is_media_type(request.headers["Content-Type"], XML_TYPES) else loads
    return read(data, size=settings().limits.body)


def read_body(media_types: frozenset[str]) -> bytes:
    """The body of this request, announced as one of `media_types`; gzip is expanded, to the limit of bodies and no further.

    Invalid `http-media-type`: another media type or another encoding. Malformed: as `decompress` says.
    """
    check_content(request.headers.get("Content-Type"), media_types)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Invalid("http-media-type", where="Content-Encoding")
    data = request.get_data(cache=False)
    return decompress(data, settings().limits.body) if encoding.endswith("gzip") else data
