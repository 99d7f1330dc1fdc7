"""What an interaction answers, before HTTP or a Bundle entry gives it a form.

Every interaction returns an `Answer` in JSON, so that an entry of a batch is the stand-alone answer by construction
(`docs/leaks.md` L74), and `send` alone gives it the form that the caller wants: a new door has all of them for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
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

# The media type by which what is not asked in another form leaves.
FHIR_JSON = f"{JSON.media_type}; charset=utf-8"
# On all answers alike, small ones too: what it varies by is of the door, not of the data.
_VARY = ("Vary", "Accept, Accept-Encoding")


class Answer(NamedTuple):
    """`version` and `updated` (µs) are those of the one slice that the answer is about, else empty.

    `location`: where what was just written stands. `challenge`: the WWW-Authenticate of a refusal. `constant`: the same
    for everybody until the hub starts again, so that its forms are worth keeping.
    """

    status: int
    body: bytes
    version: str = ""
    updated: int = 0
    location: str = ""
    challenge: str = ""
    constant: bool = False


def from_slice(found: Slice) -> Answer:
    """The slice itself."""
    return Answer(200, found.body, found.version, found.updated)


def format_etag(version: str) -> str:
    """The weak ETag of a version, whatever the form: https://hl7.org/fhir/R4/http.html#versioning."""
    return f'W/"{version}"'


class Sent(NamedTuple):
    """An answer in its form: what is left to do is to send it."""

    body: bytes
    status: int
    headers: list[tuple[str, str]]


def send(answer: Answer) -> Response:
    """The HTTP response, in the form that this request wants (`hub.api.http.content_types`)."""
    return Response(*render(answer, request.environ, g.get("pairs")))


def render(answer: Answer, environ: Mapping[str, Any], pairs: Pairs | None = None) -> Sent:
    """`answer` in the form that the request `environ` wants, by `pairs` if its body has parameters."""
    headers = [_VARY]
    if answer.version:
        headers.append(("ETag", format_etag(answer.version)))
        headers.append(("Last-Modified", formatdate(answer.updated // 1_000_000, usegmt=True)))
    if answer.location:
        headers.append(("Location", answer.location))
    if answer.challenge:
        headers.append(("WWW-Authenticate", answer.challenge))
    form = _wanted(environ, pairs)
    body = answer.body
    if form is not JSON and body:
        body = serialize_cached(body, form) if answer.constant else serialize(body, form)
    if len(body) >= MIN_BYTES and accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = compress(body)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Type", f"{form.media_type}; charset=utf-8"))
    return Sent(body, answer.status, headers)


def serialize(body: bytes, form: Format) -> bytes:
    """The resource `body`, JSON of the hub's own, in `form`."""
    if form.xml:
        return xml.from_json(body, pretty=form.pretty)
    return msgspec.json.format(body, indent=2) if form.pretty else body


serialize_cached = lru_cache(maxsize=64)(serialize)


def wanted_in_body(pairs: Pairs) -> None:
    """Let `_format` and `_pretty` among the parameters in this request's body decide its form as those of a URL do."""
    g.pairs = pairs


def _wanted(environ: Mapping[str, Any], in_body: Pairs | None) -> Format:
    """The form of the answer to `environ`. What asks for none of ours is told so in JSON, like what cannot be read."""
    try:
        pairs = in_body if in_body is not None else _of_form(get_query(environ))
        return choose_format(pairs, environ.get("HTTP_ACCEPT"))
    except Invalid:
        return JSON


def _of_form(query: bytes) -> Pairs:
    """The pairs of `query`, if one of them may speak of the form."""
    return parse_pairs(query) if b"format" in query or b"pretty" in query else []
