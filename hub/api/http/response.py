"""The answer of a handler, and its conversion to a response.

Every handler returns an `Answer` in JSON, so an entry of a batch has the same answer as the stand-alone request
(`docs/leaks.md` L74). Only `render` converts it to the format that the caller accepts: XML, pretty, gzip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from flask import Response, g, request

from hub.api.http.content_types import JSON, Format, choose_format
from hub.api.http.gzip import MIN_BYTES, accepts_gzip, compress
from hub.api.http.query_string import Pairs, get_query, parse_pairs
from hub.domain.errors import Invalid
from hub.fhir import xml
from hub.record.read.slice import Slice

# The Content-Type of an answer for which no other format is asked.
FHIR_JSON = f"{JSON.media_type}; charset=utf-8"
# On every answer, also on those too small for gzip, so that the header does not depend on the data.
_VARY = ("Vary", "Accept, Accept-Encoding")


class Answer(NamedTuple):
    """`version` and `updated` (µs) are those of the one slice that the answer is about, else empty.

    `location`: the address of what was just written. `challenge`: the WWW-Authenticate of a refusal. `constant`: the same for
    everybody until the hub starts again, so its formats are cached. `headers`: others of HTTP.

    `media_type`: for a body that is no FHIR resource and has this one format; its bytes are in `body`, or in `chunks` when
    they are made while they are sent."""

    status: int
    body: bytes
    version: str = ""
    updated: int = 0
    location: str = ""
    challenge: str = ""
    constant: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = ""
    chunks: Iterator[bytes] | None = None


def from_slice(part: Slice) -> Answer:
    """Return the answer whose body is the slice."""
    return Answer(200, part.body, part.version, part.updated)


def format_etag(version: str) -> str:
    """Return the weak ETag of a version, whatever the format: https://hl7.org/fhir/R4/http.html#versioning."""
    return f'W/"{version}"'


class Rendered(NamedTuple):
    """An answer in the format of the request, ready to be sent."""

    body: bytes
    status: int
    headers: list[tuple[str, str]]


def send(answer: Answer) -> Response:
    """Return the response to Flask's current request, in the format that it asks for (`hub.api.http.content_types`)."""
    if answer.media_type:
        body = answer.body if answer.chunks is None else answer.chunks
        return Response(body, answer.status, list(answer.headers), content_type=answer.media_type)
    response = Response(*render(answer, request.environ, g.get("format_pairs")))
    response.headers.extend(answer.headers)
    return response


def render(answer: Answer, environ: Mapping[str, Any], pairs: Pairs | None = None) -> Rendered:
    """Return `answer` in the format that the request `environ` asks for: by `pairs`, those of a form, or by its query string."""
    headers = [_VARY]
    if answer.version:
        headers.append(("ETag", format_etag(answer.version)))
        headers.append(("Last-Modified", formatdate(answer.updated // 1_000_000, usegmt=True)))
    if answer.location:
        headers.append(("Location", answer.location))
    if answer.challenge:
        headers.append(("WWW-Authenticate", answer.challenge))
    format_ = _choose_format(environ, pairs)
    body = answer.body
    if format_ is not JSON and body:
        body = serialize_cached(body, format_) if answer.constant else serialize(body, format_)
    if len(body) >= MIN_BYTES and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = compress(body)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Type", f"{format_.media_type}; charset=utf-8"))
    return Rendered(body, answer.status, headers)


def serialize(body: bytes, format_: Format) -> bytes:
    """Return the resource `body`, which is JSON of the hub's own, in `format_`."""
    if format_.xml:
        return xml.from_json(body, pretty=format_.pretty)
    return msgspec.json.format(body, indent=2) if format_.pretty else body


serialize_cached = lru_cache(maxsize=64)(serialize)


def _choose_format(environ: Mapping[str, Any], form_pairs: Pairs | None) -> Format:
    """Return the format of the answer to `environ`: JSON when the request asks for a format that is not offered, or is
    malformed."""
    try:
        pairs = form_pairs if form_pairs is not None else _parse_format_pairs(get_query(environ))
        return choose_format(pairs, environ.get("HTTP_ACCEPT"))
    except Invalid:
        return JSON


def _parse_format_pairs(query: bytes) -> Pairs:
    """Return the pairs of `query`; [] when none of them can be about the format."""
    return parse_pairs(query) if b"format" in query or b"pretty" in query else []
